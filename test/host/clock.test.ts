import { afterEach, expect, test } from "vitest"
import { sleep, VirtualClock } from "../../sim/clock"

const clocks: VirtualClock[] = []

afterEach(() => {
    for (const clock of clocks.splice(0)) clock.stop()
})

function fastClock(): VirtualClock {
    const clock = new VirtualClock(Number.POSITIVE_INFINITY, 0)
    clocks.push(clock)
    return clock
}

test("timers run in order of their time, and each sees its due time", async () => {
    const clock = fastClock()
    const seen: number[] = []
    for (const ms of [3000, 1000, 2000, 1000]) clock.setTimeout(() => seen.push(clock.now()), ms)
    await sleep(clock, 5000)
    expect(seen).toEqual([1000, 1000, 2000, 3000])
    expect(clock.now()).toBe(5000)
})

test("a timer waits until the previous timer's promises have settled", async () => {
    const clock = fastClock()
    const steps: string[] = []
    const work = async (name: string) => {
        for (let i = 0; i < 20; i++) await undefined
        steps.push(`${name} at ${clock.now()}`)
    }
    clock.setTimeout(() => void work("first"), 1000)
    clock.setTimeout(() => void work("second"), 1001)
    await sleep(clock, 2000)
    expect(steps).toEqual(["first at 1000", "second at 1001"])
})

test("the next timer runs without a wait only after a quiet one", async () => {
    const clock = fastClock()
    const steps: string[] = []
    const tick = () => {
        steps.push(`tick at ${clock.now()}`)
        clock.setTimeout(tick, 10)
        clock.quiet()
    }
    clock.setTimeout(tick, 10)
    clock.setTimeout(async () => {
        for (let i = 0; i < 20; i++) await undefined
        steps.push(`work at ${clock.now()}`)
    }, 25)
    await sleep(clock, 45)
    expect(steps).toEqual(["tick at 10", "tick at 20", "work at 25", "tick at 30", "tick at 40"])
})

test("consecutive sleeps add up to the millisecond, even with several sleepers", async () => {
    const clock = fastClock()
    const sleeper = async (ms: number) => {
        for (let i = 0; i < 100; i++) await sleep(clock, ms)
        return clock.now()
    }
    expect(await Promise.all([7, 11, 13].map(sleeper))).toEqual([700, 1100, 1300])
})

test("neither a cleared timer nor one after stop runs", async () => {
    const clock = fastClock()
    const ran: string[] = []
    const timer = clock.setTimeout(() => ran.push("taken back"), 10)
    clock.clearTimeout(timer)
    clock.setTimeout(() => clock.stop(), 20)
    clock.setTimeout(() => ran.push("too late"), 30)
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(ran).toEqual([])
})

test("a fast clock does not run ahead while the machine is busy", async () => {
    const clock = new VirtualClock(100, 0)
    clocks.push(clock)
    const ran: number[] = []
    for (const ms of [1000, 100_000]) clock.setTimeout(() => ran.push(ms), ms)
    const end = performance.now() + 1200
    while (performance.now() < end);
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(ran).toEqual([1000])
})

test("a clock that waits for nothing keeps up while the machine is busy", async () => {
    const clock = new VirtualClock(100, 0, "nothing")
    clocks.push(clock)
    const ran: number[] = []
    for (const ms of [1000, 100_000]) clock.setTimeout(() => ran.push(ms), ms)
    clock.touch()
    const end = performance.now() + 1200
    while (performance.now() < end);
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(ran).toEqual([1000, 100_000])
})

test("time stands still while work is held", async () => {
    for (const speed of [Number.POSITIVE_INFINITY, 1000]) {
        const clock = new VirtualClock(speed, 0)
        clocks.push(clock)
        const ran: string[] = []
        clock.setTimeout(() => ran.push("timer"), 5000)
        const held = [20, 40].map(ms => clock.hold(new Promise(resolve => setTimeout(resolve, ms))))
        const start = clock.now()
        await held[0]
        expect([clock.now(), ran]).toEqual([start, []])
        await held[1]
        await sleep(clock, 6000)
        expect(ran).toEqual(["timer"])
    }
})

test("time continues after held work fails", async () => {
    const clock = fastClock()
    await expect(clock.hold(Promise.reject(new Error("no such file")))).rejects.toThrow("no such file")
    await sleep(clock, 1000)
    expect(clock.now()).toBe(1000)
})

test("after rest, a timer waits for streams as well", async () => {
    const clock = fastClock()
    const steps: string[] = []
    const laterAndLater = (count: number) => {
        if (count === 0) steps.push(`rested at ${clock.now()}`)
        else process.nextTick(laterAndLater, count - 1)
    }
    clock.setTimeout(() => {
        clock.rest()
        laterAndLater(20)
    }, 1000)
    clock.setTimeout(() => steps.push("next"), 1001)
    await sleep(clock, 2000)
    expect(steps).toEqual(["rested at 1000", "next"])
})

test("two unbounded clocks let each other run", async () => {
    const endless = fastClock()
    const tick = () => void endless.setTimeout(tick, 10)
    tick()
    const clock = fastClock()
    for (let i = 0; i < 1000; i++) await sleep(clock, 1)
    await clock.hold(new Promise(resolve => setTimeout(resolve, 5)))
    expect(clock.now()).toBe(1000)
})

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuses to go on at speed %d", speed => {
    const clock = new VirtualClock(100, 0)
    clocks.push(clock)
    expect(() => {
        clock.speed = speed
    }).toThrow(RangeError)
    expect(clock.speed).toBe(100)
})

test.each([1000, Number.POSITIVE_INFINITY])(
    "after a leap at speed %d, due timers run late and time continues",
    async speed => {
        const clock = new VirtualClock(speed, 0)
        clocks.push(clock)
        const sleeping = sleep(clock, 500_000).then(() => clock.now())
        await sleep(clock, 1000)
        clock.leap(1_000_000)
        expect(await sleeping).toBeGreaterThanOrEqual(1_001_000)
        await sleep(clock, 1000)
        expect(clock.now()).toBeGreaterThanOrEqual(1_002_000)
        expect(clock.now()).toBeLessThan(1_060_000)
    },
)
