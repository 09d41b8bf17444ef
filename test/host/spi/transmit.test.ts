import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { seededRandom } from "../../../sim/random"
import type { ServedFormat, ServedUart } from "../../../sim/spi/served-uart"
import { Signal } from "../../../sim/spi/signal"
import { receive } from "../../../sim/spi/uart"
import { SigrokCapture, testWithSigrok } from "./sigrok"
import { bytes, hex, lineWith, REQUEST, startUart } from "./test-stand"

let uart: ServedUart
beforeAll(async () => {
    uart = await startUart()
})
afterAll(() => uart.stop())

/** What the port shifts out for a request. */
async function sent(request: Uint8Array, format: ServedFormat): Promise<Uint8Array> {
    await uart.open(lineWith([]), format)
    await uart.exchange(request, { timeoutMs: 10 })
    const transfer = uart.board.wire.events.findLast(event => event.kind === "transfer")
    if (transfer?.kind !== "transfer") throw new Error("Nothing was sent")
    return transfer.sent
}

const sampleRate = (baud: number) => (baud === 19_200 ? 156_250 : 78_125)

const formats: ServedFormat[] = [1200, 2400, 4800, 9600, 19_200].flatMap(baud => [
    { baud, stopBits: 1 },
    { baud, stopBits: 2 },
    { baud, stopBits: 1, parity: "even" },
    { baud, stopBits: 1, parity: "odd" },
])

const everything = Uint8Array.from({ length: 256 }, (_, i) => (i * 89) & 0xff)
const halves = [everything.slice(0, 128), everything.slice(128)]

describe("a request that the port sends", () => {
    testWithSigrok("is decoded as a Modbus request by sigrok", async () => {
        const format: ServedFormat = { baud: 9600, stopBits: 1 }
        const capture = new SigrokCapture(await sent(REQUEST, format), 78_125, format)
        expect(capture.modbus()).toEqual([
            "Slave ID: 1",
            "Function 4: Read Input Registers",
            "Start at address 0x0 / 40001",
            "Read 10 units of data",
            "CRC correct",
        ])
        expect(capture.warnings()).toEqual([])
    })

    testWithSigrok.each(formats)(
        "is decoded by sigrok at $baud bit/s, $stopBits stop bits, $parity",
        async format => {
            for (const half of halves) {
                const request = half.slice(0, Math.floor(format.baud / 40))
                const capture = new SigrokCapture(
                    await sent(request, format),
                    sampleRate(format.baud),
                    format,
                )
                expect(hex(capture.characters())).toBe(hex(request))
                expect(capture.warnings()).toEqual([])
            }
        },
    )

    testWithSigrok("is decoded by sigrok with a clock 4 % off", async () => {
        for (const half of halves) {
            const samples = await sent(half, { baud: 9600, stopBits: 1 })
            for (const baud of [9216, 9984]) {
                const capture = new SigrokCapture(samples, 78_125, { baud, stopBits: 1 })
                expect(hex(capture.characters())).toBe(hex(half))
            }
        }
    })

    test.each(halves.map((half, i) => ({ half, name: ["first", "second"][i] })))(
        "is read by a receiver with 16 samples per bit and a clock up to 4.5 % off: $name half of all bytes",
        async ({ half }) => {
            const samples = await sent(half, { baud: 9600, stopBits: 1 })
            const signal = new Signal()
            for (let i = 0; i < samples.length * 8; i++) {
                signal.set(i * 12.8, ((samples[i >> 3]! >> (7 - (i & 7))) & 1) === 1)
            }
            const random = seededRandom(1)
            for (let percent = -4.5; percent <= 4.5; percent += 0.5) {
                const format = { baud: 9600 * (1 + percent / 100) }
                const heard = receive(signal, format, -1000, signal.lastTime + 2000, random())
                expect(hex(Uint8Array.from(heard, c => c.value))).toBe(hex(half))
                expect(heard.some(c => c.framingError)).toBe(false)
            }
        },
    )

    test("begins after 10 ms of idle line, and ends idle", async () => {
        const samples = await sent(bytes("00"), { baud: 9600, stopBits: 1 })
        expect(samples.findIndex(byte => byte !== 0xff)).toBe(98)
        expect(samples.at(-1)).toBe(0xff)
        expect(samples.length % 4).toBe(0)
    })

    test.each([1200, 2400, 4800, 9600, 19_200])(
        "begins after 3.5 silent characters at %d bit/s",
        async baud => {
            const samples = await sent(bytes("00"), { baud, stopBits: 1 })
            const silence = (samples.findIndex(byte => byte !== 0xff) * 8) / sampleRate(baud)
            expect(silence).toBeGreaterThanOrEqual((3.5 * 11) / baud)
        },
    )
})
