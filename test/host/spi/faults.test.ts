import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { crc16 } from "../../../sim/meter/rtu"
import { randomInteger, seededRandom } from "../../../sim/random"
import type { ServedUart } from "../../../sim/spi/served-uart"
import { Slave } from "../../../sim/spi/slave"
import { transmit } from "../../../sim/spi/uart"
import { bytes, captures, echoing, hex, lineWith, meter, REQUEST, startUart, talk } from "./test-stand"

let uart: ServedUart
beforeAll(async () => {
    uart = await startUart()
})
afterAll(() => uart.stop())

const FORMAT = { baud: 9600, stopBits: 1 } as const

const FOREIGN = bytes("07 03 02 12 34 B9 33")

/** Whether a Modbus master would believe that `received` is an answer of slave 1. */
function looksRight(received: Uint8Array): boolean {
    if (received.length !== 25 || received[0] !== 1 || received[1] !== 4) return false
    return crc16(received.subarray(0, 23)) === received[23]! + received[24]! * 256
}

describe("the diagnosis of the line", () => {
    test('is "fine" after a valid answer', async () => {
        await uart.open(lineWith([meter()]), FORMAT)
        expect(hex(await uart.exchange(REQUEST))).toBe(hex(captures[0]!))
        expect(await uart.diagnose(true)).toEqual({ condition: "fine", cure: "nothing to do" })
    })

    test('is "garbled" after characters that make no sense', async () => {
        await uart.open(lineWith([meter({ reply: FOREIGN })]), FORMAT)
        expect(hex(await uart.exchange(REQUEST))).toBe(hex(FOREIGN))
        const { condition, cure } = await uart.diagnose(false)
        expect(condition).toBe("garbled")
        expect(cure).toContain("one address")
    })

    test('is "silence" when no meter answers', async () => {
        await uart.open(lineWith([]), FORMAT)
        expect(await uart.exchange(REQUEST)).toHaveLength(0)
        const { condition, cure } = await uart.diagnose()
        expect(condition).toBe("silence")
        expect(cure).toContain("A and B")
    })

    test('is "stuck low" while RXD stays low, and the line works again afterwards', async () => {
        await uart.open(lineWith([meter()], { stuck: "low" }), FORMAT)
        expect(await uart.exchange(REQUEST)).toHaveLength(0)
        const { condition, cure } = await uart.diagnose()
        expect(condition).toBe("stuck low")
        expect(cure).toContain("MISO")
        uart.board.connect(lineWith([meter()]))
        await uart.reopen()
        expect(hex(await uart.exchange(REQUEST))).toBe(hex(captures[0]!))
    })

    test('is "only echo" when nothing but an echo comes back', async () => {
        await uart.open(lineWith([], { adapter: echoing }), FORMAT)
        expect(await uart.exchange(REQUEST)).toHaveLength(0)
        expect((await uart.diagnose()).condition).toBe("only echo")
    })

    test('is "wrong echo" when another device talks into the request', async () => {
        const line = lineWith([], { adapter: echoing })
        await uart.open(line, FORMAT)
        talk(uart, line, bytes("00 00 00 00"), { format: FORMAT, afterMs: 13 })
        expect(await uart.exchange(REQUEST)).toHaveLength(0)
        expect((await uart.diagnose()).condition).toBe("wrong echo")
    })

    test.each([4800, 19_200])('is "framing errors" after an answer at %d bit/s', async baud => {
        const line = lineWith([])
        await uart.open(line, FORMAT)
        talk(uart, line, captures[0]!, { format: { baud }, afterMs: 50 })
        const received = await uart.exchange(REQUEST)
        expect(looksRight(received)).toBe(false)
        expect((await uart.diagnose()).condition).toBe("framing errors")
    })
})

describe("an echo", () => {
    test("is not part of the answer", async () => {
        await uart.open(lineWith([meter()], { adapter: echoing }), FORMAT)
        expect(hex(await uart.exchange(REQUEST))).toBe(hex(captures[0]!))
        expect((await uart.diagnose(true)).condition).toBe("fine")
    })

    test("is distinguished by its time from an equal answer to a write", async () => {
        const write = bytes("01 06 00 02 00 05 E8 09")
        const slave = new Slave({ format: FORMAT, latencyMs: 5, answer: request => request })
        await uart.open(lineWith([slave], { adapter: echoing }), FORMAT)
        expect(hex(await uart.exchange(write))).toBe(hex(write))
    })
})

describe("faults of the line", () => {
    test("noise makes no value wrong, and fewer than a tenth of the frames unreadable", async () => {
        const random = seededRandom(21)
        let right = 0
        for (let poll = 0; poll < 100; poll++) {
            const reply = captures[poll % captures.length]!
            const noise = { pulsesPerSecond: 78, widthUs: 12.8 }
            await uart.open(lineWith([meter({ reply })], { noise, random }), FORMAT)
            const received = await uart.exchange(REQUEST)
            if (hex(received) === hex(reply)) right++
            else expect(looksRight(received)).toBe(false)
        }
        // one sample in a thousand is inverted; without voting that would spoil a quarter of the frames
        expect(right).toBeGreaterThan(90)
    })

    test("a break before the answer costs a framing error, but not the answer", async () => {
        const line = lineWith([meter()])
        await uart.open(line, FORMAT)
        uart.board.wire.onTransfer = now => {
            uart.board.wire.onTransfer = () => {}
            line.others.set(now + 25_000, false)
            line.others.set(now + 45_000, true)
        }
        expect(hex(await uart.exchange(REQUEST))).toBe(hex(captures[0]!))
        expect((await uart.diagnose()).condition).toBe("framing errors")
        // Without a break, an answer that was not understood is just garbled.
        expect(hex(await uart.exchange(REQUEST))).toBe(hex(captures[0]!))
        expect((await uart.diagnose()).condition).toBe("garbled")
    })

    test("a foreign frame before the answer is received unchanged", async () => {
        const line = lineWith([meter({ latencyMs: 60 })])
        await uart.open(line, FORMAT)
        talk(uart, line, FOREIGN, { format: FORMAT, afterMs: 40 })
        expect(hex(await uart.exchange(REQUEST))).toBe(hex(FOREIGN) + hex(captures[0]!))
    })

    test("two slaves at one address never produce a wrong answer", async () => {
        const random = seededRandom(22)
        for (let poll = 0; poll < 40; poll++) {
            const second = meter({ reply: captures[7]!, latencyMs: 35 + random() * 20, baudError: 0.01 })
            await uart.open(lineWith([meter(), second]), FORMAT)
            const received = await uart.exchange(REQUEST)
            if (looksRight(received)) expect([hex(captures[0]!), hex(captures[7]!)]).toContain(hex(received))
        }
    })

    test("an answer that begins before the window is not mistaken for a valid one", async () => {
        const random = seededRandom(23)
        for (let poll = 0; poll < 40; poll++) {
            const line = lineWith([])
            await uart.open(line, FORMAT)
            talk(uart, line, captures[poll % captures.length]!, { format: FORMAT, afterMs: random() * 19 })
            expect(looksRight(await uart.exchange(REQUEST))).toBe(false)
        }
    })

    test("a late answer is drained, and the next poll gets its own", async () => {
        const replies = [captures[3]!, captures[9]!]
        const latencies = [230, 35]
        const slave = meter({ latencyMs: () => latencies.shift()!, answer: () => replies.shift() })
        await uart.open(lineWith([slave]), FORMAT)
        const drain = { silenceMs: 50, limitMs: 1000 }
        const [first, second] = await uart.exchanges([REQUEST, REQUEST], 200, drain)
        expect(first).toHaveLength(0)
        expect(hex(second!)).toBe(hex(captures[9]!))
    })

    test("a late answer that overlaps the next request spoils at most that poll", async () => {
        for (const lateMs of [205, 215, 222, 226, 230, 235, 240]) {
            const replies = [captures[3]!, captures[9]!, captures[10]!]
            const latencies = [lateMs, 35, 35]
            const slave = meter({ latencyMs: () => latencies.shift()!, answer: () => replies.shift() })
            await uart.open(lineWith([slave]), FORMAT)
            const [, second, third] = await uart.exchanges([REQUEST, REQUEST, REQUEST], 200)
            for (const received of [second!, third!]) {
                if (looksRight(received)) expect(captures.map(hex)).toContain(hex(received))
            }
            expect(looksRight(third!)).toBe(true)
        }
    })

    test("random edges are never mistaken for an answer", async () => {
        const random = seededRandom(24)
        for (let poll = 0; poll < 60; poll++) {
            const line = lineWith([])
            await uart.open(line, FORMAT)
            uart.board.wire.onTransfer = now => {
                uart.board.wire.onTransfer = () => {}
                for (let time = now; time < now + 219_000; ) {
                    time += randomInteger(random, 5, 400)
                    line.others.set(time, random() < 0.5)
                }
            }
            expect(looksRight(await uart.exchange(REQUEST))).toBe(false)
        }
        await uart.open(lineWith([meter()]), FORMAT)
        expect(hex(await uart.exchange(REQUEST))).toBe(hex(captures[0]!))
    })
})

describe("drain", () => {
    test("discards everything until the line is silent", async () => {
        const line = lineWith([])
        await uart.open(line, FORMAT)
        const start = uart.board.clock.now() * 1000
        uart.board.wire.onTransfer = now => {
            uart.board.wire.onTransfer = () => {}
            transmit(line.others, captures[0]!, FORMAT, now + 3000)
        }
        const drained = await uart.drain(30, 1000)
        expect(drained).toBeGreaterThanOrEqual(20)
        expect(drained).toBeLessThanOrEqual(28)
        expect(uart.board.clock.now() * 1000).toBeGreaterThan(start)
    })

    test("needs little longer than the silence on a silent line", async () => {
        await uart.open(lineWith([]), FORMAT)
        const before = uart.board.wire.events.length
        expect(await uart.drain(50, 1000)).toBe(0)
        expect(transferredMs(before)).toBeLessThan(75)
    })

    test("gives up on a line that is never silent", async () => {
        await uart.open(lineWith([], { stuck: "low" }), FORMAT)
        const before = uart.board.wire.events.length
        await uart.drain(50, 300)
        expect(transferredMs(before)).toBeGreaterThan(299)
        expect(transferredMs(before)).toBeLessThan(330)
    })
})

function transferredMs(since: number): number {
    const transfers = uart.board.wire.events.slice(since).filter(event => event.kind === "transfer")
    return transfers.reduce((ms, { sent }) => ms + sent.length * 0.1024, 0)
}
