import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { chips } from "../../../sim/spi/chip"
import type { ServedUart } from "../../../sim/spi/served-uart"
import { captures, hex, lineWith, meter, REQUEST, startUart, withDePin } from "./test-stand"

const FORMAT = { baud: 9600, stopBits: 1 } as const

describe("an adapter with a DE pin", () => {
    let uart: ServedUart
    beforeAll(async () => {
        uart = await startUart()
    })
    afterAll(() => uart.stop())

    test.each([5, 10, 35, 100, 170])("hears an answer after %d ms", async latencyMs => {
        await uart.open(lineWith([meter({ latencyMs })], { adapter: withDePin }), FORMAT, true)
        expect(hex(await uart.exchange(REQUEST))).toBe(hex(captures[0]!))
        expect((await uart.diagnose(true)).condition).toBe("fine")
    })

    test("drives the bus from before the request until just after it", async () => {
        const line = lineWith([meter()], { adapter: withDePin })
        await uart.open(line, FORMAT, true)
        await uart.exchange(REQUEST)
        const [rise, fall] = line.de.edges.slice(-2)
        const bits = line.txd.edges.filter(edge => edge >= rise! && edge <= fall!)
        expect(bits.at(0)! - rise!).toBeGreaterThan(4000)
        // the last edge begins the stop bit of the last character (0D); four bits later the stop bit is certainly over
        const lastStopBit = bits.at(-1)! + (4 * 1e6) / 9600
        expect(fall! - lastStopBit).toBeGreaterThan(1000)
        expect(fall! - lastStopBit).toBeLessThan(3000)
        expect(line.de.last).toBe(false)
    })

    test("recognizes its own request as an echo when /RE is grounded", async () => {
        const adapter = { ...withDePin, echo: true }
        await uart.open(lineWith([], { adapter }), FORMAT, true)
        expect(await uart.exchange(REQUEST)).toHaveLength(0)
        expect((await uart.diagnose()).condition).toBe("only echo")
        await uart.open(lineWith([meter()], { adapter }), FORMAT, true)
        expect(hex(await uart.exchange(REQUEST))).toBe(hex(captures[0]!))
    })

    test("sends a request of 180 characters", async () => {
        const slave = meter({ answer: () => captures[2] })
        await uart.open(lineWith([slave], { adapter: withDePin }), FORMAT, true)
        const request = Uint8Array.from({ length: 180 }, (_, i) => i)
        expect(hex(await uart.exchange(request))).toBe(hex(captures[2]!))
        expect(slave.heard.map(hex)).toEqual([hex(request)])
    })

    test("releases the bus when a transfer fails", async () => {
        const line = lineWith([meter()], { adapter: withDePin })
        await uart.open(line, FORMAT, true)
        uart.board.wire.peripheral = undefined
        await expect(uart.exchange(REQUEST)).rejects.toThrow("an SPI transfer failed")
        expect(line.de.last).toBe(false)
    })
})

describe("an adapter with automatic direction", () => {
    test.each([0, 100, 1000])("hears the answer when it turns around in %d us", async holdUs => {
        const uart = await startUart()
        const adapter = { direction: { kind: "automatic" as const, holdUs }, echo: false }
        await uart.open(lineWith([meter({ latencyMs: 5 })], { adapter }), FORMAT)
        expect(hex(await uart.exchange(REQUEST))).toBe(hex(captures[0]!))
        uart.stop()
    })
})

describe.each(Object.values(chips))("on $name", chip => {
    test("keeps the bus idle between transfers, so that a slave hears only requests", async () => {
        const uart = await startUart(chip)
        const slave = meter()
        const line = lineWith([slave])
        await uart.open(line, FORMAT)
        const opened = uart.board.clock.now() * 1000
        for (let poll = 0; poll < 3; poll++) {
            expect(hex(await uart.exchange(REQUEST))).toBe(hex(captures[0]!))
            expect(line.txd.last).toBe(true)
        }
        expect(slave.heard.map(hex)).toEqual([hex(REQUEST), hex(REQUEST), hex(REQUEST)])
        const lowBefore = line.txd.edges.filter(edge => edge < opened)
        expect(lowBefore.length).toBe(chip.mosiIdle === "last bit" ? 2 : 0)
        if (lowBefore.length === 2) expect(lowBefore[1]! - lowBefore[0]!).toBeLessThan(5000)
        uart.stop()
    })
})
