import { readFileSync } from "node:fs"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { ServedFormat, ServedUart } from "../../../sim/spi/served-uart"
import { Signal } from "../../../sim/spi/signal"
import { transmit, type UartFormat } from "../../../sim/spi/uart"
import { waveformFile, waveformSource } from "./draw-waveforms"
import { SigrokCapture, testWithSigrok } from "./sigrok"
import { bytes, captures, hex, lineWith, startUart, talk } from "./test-stand"

let uart: ServedUart
beforeAll(async () => {
    uart = await startUart()
})
afterAll(() => uart.stop())

/** Some characters that make the port send and listen. */
const ASK = bytes("55 AA")

const BIT_US = 1e6 / 9600

interface Sender {
    percent?: number
    afterMs?: number
    gap?: number
    rising?: number
    falling?: number
}

/** What the port receives when another device sends `characters`, `percent` faster than 9600 bit/s. */
async function heard(characters: Uint8Array, sender: Sender = {}): Promise<Uint8Array> {
    const { percent = 0, afterMs = 30, gap = 0, rising = 0, falling = 0 } = sender
    const line = lineWith([])
    await uart.open(line, { baud: 9600, stopBits: 1 })
    const delay = {
        rising: rising * BIT_US,
        falling: falling * BIT_US,
        jitter: rising || falling ? 0.02 * BIT_US : 0,
    }
    talk(uart, line, characters, { format: { baud: 9600 * (1 + percent / 100) }, afterMs, gap, delay })
    return await uart.exchange(ASK)
}

const someBytes = fc.uint8Array({ minLength: 1, maxLength: 100 })

/** A start in ms, anywhere between two samples and in any byte. */
const someStart = fc.double({ min: 20, max: 90, noNaN: true })

function percentBetween(min: number, max: number) {
    return fc.double({ min, max, noNaN: true })
}

describe("the receiver", () => {
    test("reads the frames of real meters", async () => {
        for (const [i, capture] of captures.entries()) {
            const percent = [0, 4, -4, 1.7, -2.5][i % 5]!
            expect(hex(await heard(capture, { percent, afterMs: 25 + i * 0.3217 }))).toBe(hex(capture))
        }
    })

    test("reads any bytes at any moment, from a clock up to 4.2 % fast or 4.7 % slow", async () => {
        await fc.assert(
            fc.asyncProperty(
                someBytes,
                percentBetween(-4.7, 4.2),
                someStart,
                async (sent, percent, afterMs) => {
                    expect(hex(await heard(sent, { percent, afterMs }))).toBe(hex(sent))
                },
            ),
            { numRuns: 150 },
        )
    })

    test("reads any bytes when rising edges are a tenth of a bit late", async () => {
        await fc.assert(
            fc.asyncProperty(
                someBytes,
                percentBetween(-2.9, 3.7),
                someStart,
                async (sent, percent, afterMs) => {
                    expect(hex(await heard(sent, { percent, afterMs, rising: 0.1 }))).toBe(hex(sent))
                },
            ),
            { numRuns: 75 },
        )
    })

    test("reads any bytes when falling edges are a tenth of a bit late", async () => {
        await fc.assert(
            fc.asyncProperty(
                someBytes,
                percentBetween(-4.7, 2.8),
                someStart,
                async (sent, percent, afterMs) => {
                    expect(hex(await heard(sent, { percent, afterMs, falling: 0.1 }))).toBe(hex(sent))
                },
            ),
            { numRuns: 75 },
        )
    })

    test("reads any bytes with pauses between the characters", async () => {
        const gap = fc.double({ min: 0, max: 2000, noNaN: true })
        await fc.assert(
            fc.asyncProperty(
                fc.uint8Array({ minLength: 1, maxLength: 40 }),
                gap,
                someStart,
                async (sent, us, afterMs) => {
                    expect(hex(await heard(sent, { gap: us, afterMs }))).toBe(hex(sent))
                },
            ),
            { numRuns: 50 },
        )
    })
})

const formats: ServedFormat[] = [1200, 2400, 4800, 9600, 19_200].flatMap(baud => [
    { baud, stopBits: 1 },
    { baud, stopBits: 2 },
    { baud, stopBits: 1, parity: "even" },
    { baud, stopBits: 1, parity: "odd" },
])

describe.each(formats)("at $baud bit/s, $stopBits stop bits, parity $parity", format => {
    test("reads characters from a clock up to 4 % fast or slow", async () => {
        const line = lineWith([])
        await uart.open(line, format)
        const sent = Uint8Array.from({ length: Math.floor(format.baud / 100) }, (_, i) => (i * 89) & 0xff)
        for (const [i, percent] of [-4, -1, 0, 2, 4].entries()) {
            const clock: UartFormat = { ...format, baud: format.baud * (1 + percent / 100) }
            const afterMs = 40_000 / format.baud + 50 + i * 0.217
            talk(uart, line, sent, { format: clock, afterMs })
            expect(hex(await uart.exchange(bytes("55"), { timeoutMs: 300 }))).toBe(hex(sent))
        }
    })
})

describe.each(formats.filter(({ parity }) => parity))("at $baud bit/s, parity $parity", format => {
    test("drops characters with the wrong parity", async () => {
        const line = lineWith([])
        await uart.open(line, format)
        const parity = format.parity === "even" ? "odd" : "even"
        talk(uart, line, bytes("01 02 03"), { format: { ...format, parity }, afterMs: 150 })
        expect(await uart.exchange(bytes("55"), { timeoutMs: 300 })).toHaveLength(0)
        expect((await uart.diagnose()).condition).toBe("framing errors")
    })
})

describe("the simulated sender", () => {
    test("generates the waveforms of the device tests", () => {
        expect(readFileSync(waveformFile, "utf8")).toBe(waveformSource())
    })

    testWithSigrok.each(formats)("is decoded by sigrok at $baud bit/s, $stopBits, $parity", format => {
        const sent = Uint8Array.from({ length: 64 }, (_, i) => (i * 89) & 0xff)
        const signal = new Signal()
        transmit(signal, sent, format, 3000)
        const rate = 16 * format.baud
        const samples = new Uint8Array(Math.ceil(((signal.lastTime + 1e8 / format.baud) * rate) / 8e6))
        for (let i = 0; i < samples.length * 8; i++) {
            if (signal.at((i * 1e6) / rate)) samples[i >> 3]! |= 0x80 >> (i & 7)
        }
        const capture = new SigrokCapture(samples, rate, format)
        expect(hex(capture.characters())).toBe(hex(sent))
        expect(capture.warnings()).toEqual([])
    })
})
