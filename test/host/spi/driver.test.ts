import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { ServedUart } from "../../../sim/spi/served-uart"
import { SpiError } from "../../../sim/vm/natives"
import { captures, hex, lineWith, meter, REQUEST, startUart } from "./test-stand"

let uart: ServedUart
beforeAll(async () => {
    uart = await startUart()
})
afterAll(() => uart.stop())

const FORMAT = { baud: 9600, stopBits: 1 } as const

function transfers(since = 0): number[] {
    return uart.board.wire.events
        .slice(since)
        .flatMap(event => (event.kind === "transfer" ? [event.sent.length] : []))
}

describe("the timeout for an answer", () => {
    // the time limits for a read of a PZEM's ten registers, at first and when it is repeated
    test.each([
        [197, [2140]],
        [200, [2140]],
        [397, [2140, 2140]],
        [400, [2140, 2140]],
    ])("of %d ms needs transfers of %j bytes", async (timeoutMs, expected) => {
        await uart.open(lineWith([]), FORMAT)
        const before = uart.board.wire.events.length
        await uart.exchange(REQUEST, { timeoutMs })
        expect(transfers(before)).toEqual(expected)
    })

    test("includes an answer that ends just before it", async () => {
        await uart.open(lineWith([meter({ latencyMs: 171 })]), FORMAT)
        expect(hex(await uart.exchange(REQUEST, { timeoutMs: 200 }))).toBe(hex(captures[0]!))
        await uart.open(lineWith([meter({ latencyMs: 371 })]), FORMAT)
        expect(hex(await uart.exchange(REQUEST, { timeoutMs: 400 }))).toBe(hex(captures[0]!))
    })

    test("longer than one transfer needs several, until the answer is complete", async () => {
        await uart.open(lineWith([meter({ latencyMs: 500 })]), FORMAT)
        const before = uart.board.wire.events.length
        const received = await uart.exchange(REQUEST, { timeoutMs: 2000, expect: 25 })
        expect(hex(received)).toBe(hex(captures[0]!))
        expect(transfers(before).length).toBe(3)
    })

    test("of 1 s ends within 1.25 s on a silent line", async () => {
        await uart.open(lineWith([]), FORMAT)
        const before = uart.board.wire.events.length
        await uart.exchange(REQUEST, { timeoutMs: 1000, expect: 25 })
        const ms = transfers(before).reduce((sum, length) => sum + length * 0.1024, 0)
        expect(ms).toBeGreaterThan(1000)
        expect(ms).toBeLessThan(1250)
    })
})

describe("the port", () => {
    test("has its pins in its name", async () => {
        expect(await uart.create(FORMAT)).toBe("spi-uart GPIO23/GPIO19")
    })

    test("requests the exact clock, without a clock pin", async () => {
        await uart.open(lineWith([]), FORMAT)
        await uart.open(lineWith([]), { baud: 19_200, stopBits: 1 })
        const asked = uart.board.wire.peripheral as { configurations?: unknown[] }
        expect(asked.configurations).toEqual([{ miso: 19, mosi: 23, sck: -1, mode: 0, hz: 156_250 }])
    })

    test("raises MOSI and pulls MISO up before it sets up the SPI", async () => {
        const before = uart.board.wire.events.length
        await uart.open(lineWith([]), FORMAT, true)
        const did = uart.board.wire.events.slice(before).map(event => {
            if (event.kind === "pin") return `GPIO${event.gpio} mode ${event.mode.toString(16)}`
            return event.kind === "transfer" ? `send ${hex(event.sent)}` : event.kind
        })
        expect(did).toEqual([
            "GPIO18 mode 22",
            "GPIO23 mode 12",
            "GPIO19 mode 11",
            "configure",
            "send ffffffff",
        ])
    })

    test("sets up the SPI again after a failure, with another setting for the same clock", async () => {
        const line = lineWith([meter()])
        await uart.open(line, FORMAT)
        const peripheral = uart.board.wire.peripheral!
        const transfer = peripheral.transfer
        peripheral.transfer = () => {
            throw new SpiError("SPI error", -2)
        }
        await expect(uart.exchange(REQUEST)).rejects.toThrow(
            "spi-uart GPIO23/GPIO19: an SPI transfer failed: RangeError: SPI error: -2; open the port again",
        )
        peripheral.transfer = transfer
        await uart.reopen()
        const { configurations } = peripheral as unknown as { configurations: { hz: number }[] }
        expect(configurations.map(({ hz }) => hz)).toEqual([78_125, 78_126])
        expect(hex(await uart.exchange(REQUEST))).toBe(hex(captures[0]!))
    })

    test("gives up on a transfer that does not end", async () => {
        await uart.open(lineWith([]), FORMAT)
        uart.board.wire.wakeUpMs = 3_600_000
        await expect(uart.exchange(REQUEST)).rejects.toThrow("SPI transfer took longer than")
        uart.board.wire.wakeUpMs = 0.2
    })

    test("refuses a request that is longer than a transfer", async () => {
        await uart.open(lineWith([]), { baud: 1200, stopBits: 1 })
        await expect(uart.exchange(new Uint8Array(100))).rejects.toThrow(
            "a request of 100 characters is longer than a transfer",
        )
    })

    test("sends a frame of 180 characters at 9600 bit/s", async () => {
        const slave = meter({ answer: () => undefined })
        await uart.open(lineWith([slave]), FORMAT)
        const request = Uint8Array.from({ length: 180 }, (_, i) => i)
        await uart.exchange(request)
        expect(slave.heard.map(hex)).toEqual([hex(request)])
    })
})
