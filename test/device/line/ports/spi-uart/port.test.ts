import { describe, expect, test } from "@devicescript/test"
import { DiagnosedSpiUart } from "../../../../../src/line/ports/diagnosed-spi-uart"
import { PortError } from "../../../../../src/line/ports/port"
import { SpiUart } from "../../../../../src/line/ports/spi-uart"
import { FakeSpi } from "./fake-spi"
import { clean, frame } from "./waveforms"

const REQUEST = hex`01040000000a700d`

/** `ds.GPIOMode`: input with pull-up, output high, output low. */
const PULL_UP = 0x11
const HIGH = 0x12
const LOW = 0x22

function makePort(spi: FakeSpi, withDe = false): SpiUart {
    spi.install()
    const de = withDe ? spi.pin("de", 18) : undefined
    return new SpiUart({ mosi: spi.pin("mosi", 23), miso: spi.pin("miso", 19), de, baud: 9600, stopBits: 1 })
}

const toTheEnd = () => false

async function failureOf(body: () => Promise<void>): Promise<PortError> {
    try {
        await body()
    } catch (e) {
        return e as PortError
    }
    return undefined
}

describe("spi-uart port", () => {
    test("raises MOSI and pulls up MISO before setup, and sends ones after it", async () => {
        const spi = new FakeSpi()
        await makePort(spi).open()
        const steps = ["mosi " + HIGH, "miso " + PULL_UP, "configure 19 23 -1 0 78125", "send ffffffff"]
        expect(spi.log.join(", ")).toBe(steps.join(", "))
    })

    test("returns the reply without the echo", async () => {
        const spi = new FakeSpi()
        const port = makePort(spi)
        spi.hear = samples => samples.blitAt(500, clean, 0, clean.length)
        const received = await port.exchange(REQUEST, 200, toTheEnd)
        // the samples also contain the request, as on an adapter that echoes
        expect(received.toString("hex")).toBe(frame.toString("hex"))
    })

    test("measures the latency of the reply within a transfer", async () => {
        const spi = new FakeSpi()
        const port = makePort(spi)
        const latencyAt = async (byte: number) => {
            spi.hear = samples => byte && samples.blitAt(byte, clean, 0, clean.length)
            await port.exchange(REQUEST, 200, toTheEnd)
            return port.latencyMs
        }
        const early = await latencyAt(400)
        // 78,125 samples a second, eight per byte
        expect(Math.abs((await latencyAt(1400)) - early - 102.4) < 0.2).toBe(true)
        expect(early > 0 && early < 41).toBe(true)
        expect((await latencyAt(0)) === undefined).toBe(true)
    })

    test("reuses one buffer for all transfers of the same length", async () => {
        const spi = new FakeSpi()
        const port = makePort(spi)
        spi.hear = samples => samples.fillAt(0, samples.length, 0)
        for (let poll = 0; poll < 3; poll++) await port.exchange(REQUEST, 200, toTheEnd)
        await port.exchange(REQUEST, 1, toTheEnd)
        await port.exchange(REQUEST, 1, toTheEnd)
        expect(spi.log.join(" ")).toBe("transfer 2140 transfer 2140 transfer 2140 transfer 200 transfer 200")
        expect(spi.buffers[0] === spi.buffers[1] && spi.buffers[1] === spi.buffers[2]).toBe(true)
        expect(spi.buffers[3] === spi.buffers[4]).toBe(true)
    })

    test("sends each request on an idle line, whatever was received before", async () => {
        const spi = new FakeSpi()
        const port = makePort(spi)
        const sent: string[] = []
        spi.hear = samples => {
            sent.push(samples.slice(0, 200).toString("hex"))
            samples.fillAt(0, samples.length, 0)
        }
        await port.exchange(REQUEST, 200, toTheEnd)
        await port.exchange(REQUEST, 200, toTheEnd)
        expect(sent[0]).toBe(sent[1])
    })

    test("holds DE high only while sending", async () => {
        const spi = new FakeSpi()
        const port = makePort(spi, true)
        await port.exchange(REQUEST, 200, toTheEnd)
        expect(spi.log.join(", ")).toBe("de " + HIGH + ", transfer 200, de " + LOW + ", transfer 2140")
    })

    test("releases DE when the transfer fails", async () => {
        const spi = new FakeSpi()
        const port = makePort(spi, true)
        spi.transferFailure = "SPI error: -1"
        const failure = await failureOf(async () => {
            await port.exchange(REQUEST, 200, toTheEnd)
        })
        expect(failure instanceof PortError).toBe(true)
        expect(spi.log.join(", ")).toBe("de " + HIGH + ", transfer 200, de " + LOW)
    })

    test("reports a failed setup, and tries a different clock rate next time", async () => {
        const spi = new FakeSpi()
        const port = makePort(spi)
        spi.setUpFailure = "SPI init failed: -100"
        const failure = await failureOf(async () => {
            await port.open()
        })
        expect(failure.cause).toBe("SPI cannot be set up: RangeError: SPI init failed: -100")
        spi.setUpFailure = undefined
        await port.open()
        const setUps = spi.log.filter(line => line.startsWith("configure"))
        expect(setUps.join(", ")).toBe("configure 19 23 -1 0 78125, configure 19 23 -1 0 78126")
    })

    test("receives the same as with a diagnosis", async () => {
        const spi = new FakeSpi()
        const plain = makePort(spi)
        const mosi = spi.pin("mosi", 23)
        const diagnosed = new DiagnosedSpiUart({ mosi, miso: spi.pin("miso", 19), baud: 9600, stopBits: 1 })
        spi.hear = samples => samples.blitAt(500, clean, 0, clean.length)
        for (const port of [plain, diagnosed]) {
            const received = await port.exchange(REQUEST, 200, toTheEnd)
            expect(received.toString("hex")).toBe(frame.toString("hex"))
        }
    })

    test("refuses a request that is longer than a transfer", async () => {
        const spi = new FakeSpi()
        const port = makePort(spi)
        const failure = await failureOf(async () => {
            await port.exchange(Buffer.alloc(300), 200, toTheEnd)
        })
        expect(failure.cause).toBe("a request of 300 characters is longer than a transfer")
        expect(spi.log.length).toBe(0)
    })

    test("checks for a complete reply once per transfer", async () => {
        const spi = new FakeSpi()
        const port = makePort(spi)
        let asked = 0
        await port.exchange(REQUEST, 1000, () => {
            asked++
            return asked === 2
        })
        expect(asked).toBe(2)
        expect(spi.buffers.length).toBe(2)
    })
})
