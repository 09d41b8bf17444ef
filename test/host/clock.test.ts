import net from "node:net"
import { afterEach, describe, expect, test } from "vitest"
import { sleep, VirtualClock } from "../../sim/clock"
import { watchedSockets } from "../../sim/vm/network"

const START = Date.UTC(2026, 10, 22)
const clocks: VirtualClock[] = []

function virtualClock(speed: number): VirtualClock {
    const clock = new VirtualClock(speed, START)
    clocks.push(clock)
    return clock
}

afterEach(() => {
    for (const clock of clocks.splice(0)) clock.stop()
})

describe("virtual clock", () => {
    test("a callback sees exactly the time it asked for", async () => {
        const clock = virtualClock(Number.POSITIVE_INFINITY)
        const begin = clock.now()
        await sleep(clock, 86_400_000)
        expect(clock.now() - begin).toBe(86_400_000)
    })

    test("timers run in the order of their times, equal times in the order of their making", async () => {
        const clock = virtualClock(Number.POSITIVE_INFINITY)
        const seen: string[] = []
        for (const [name, ms] of [
            ["c", 30],
            ["a", 10],
            ["b1", 20],
            ["b2", 20],
            ["now", 0],
        ] as const) {
            clock.setTimeout(() => seen.push(name), ms)
        }
        await sleep(clock, 40)
        expect(seen).toEqual(["now", "a", "b1", "b2", "c"])
    })

    test("a cancelled timer does not run", async () => {
        const clock = virtualClock(Number.POSITIVE_INFINITY)
        let ran = false
        const timer = clock.setTimeout(() => {
            ran = true
        }, 10)
        clock.clearTimeout(timer)
        clock.clearTimeout(undefined)
        await sleep(clock, 20)
        expect(ran).toBe(false)
    })

    test("a periodic timer has a day's worth of ticks, each at its time", async () => {
        const clock = virtualClock(Number.POSITIVE_INFINITY)
        const begin = clock.now()
        let ticks = 0
        const tick = () => {
            ticks++
            expect(clock.now() - begin).toBe(ticks * 10_000)
            if (ticks < 8640) clock.setTimeout(tick, 10_000)
        }
        clock.setTimeout(tick, 10_000)
        await sleep(clock, 86_400_000)
        expect(ticks).toBe(8640)
    })

    test("at a finite speed it does not run ahead of the wall", async () => {
        const clock = virtualClock(100)
        const wall = performance.now()
        await sleep(clock, 5_000)
        expect(performance.now() - wall).toBeGreaterThan(45)
    })

    test("refuses a speed that is none", () => {
        for (const speed of [0, -1, Number.NaN]) expect(() => new VirtualClock(speed)).toThrow(RangeError)
    })

    test("waits for a peer's answer although it is in a hurry", async () => {
        const clock = virtualClock(1_000_000)
        const server = net.createServer(socket => socket.on("data", data => socket.end(data)))
        await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
        const { port } = server.address() as net.AddressInfo
        const socket = watchedSockets(clock).net.createConnection({ host: "127.0.0.1", port })
        const begin = clock.now()
        let timedOut = false
        clock.setTimeout(() => {
            timedOut = true
        }, 5_000)
        socket.write("ping")
        const answer = await new Promise<string>(resolve =>
            socket.once("data", data => resolve(String(data))),
        )
        expect(answer).toBe("ping")
        expect(timedOut).toBe(false)
        expect(clock.now() - begin).toBeLessThan(5_000)
        socket.destroy()
        server.close()
    })

    test("a peer that stays silent costs its time-out in virtual time only", async () => {
        const clock = virtualClock(Number.POSITIVE_INFINITY)
        const server = net.createServer(() => {})
        await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
        const { port } = server.address() as net.AddressInfo
        const wall = performance.now()
        const socket = watchedSockets(clock).net.createConnection({ host: "127.0.0.1", port })
        await sleep(clock, 3_600_000)
        expect(performance.now() - wall).toBeLessThan(60_000)
        socket.destroy()
        server.close()
    })
})
