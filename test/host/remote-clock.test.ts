import { expect, test } from "vitest"
import { RemoteClock } from "../../sim/remote-clock"
import { ManualClock } from "./emoncms/manual-clock"

const HOUR = 3_600_000

test("a drifting clock gains more and more, until the drift ends and is undone", () => {
    const clock = new ManualClock(1000)
    const remote = new RemoteClock(clock)
    remote.offset = 5
    clock.advance(HOUR)
    remote.drift(60_000)
    expect(remote.now() - clock.now()).toBe(5)
    clock.advance(HOUR / 2)
    expect(remote.now() - clock.now()).toBeCloseTo(30_005, 3)
    clock.advance(HOUR / 2)
    expect(remote.now() - clock.now()).toBeCloseTo(60_005, 3)
    remote.drift(0)
    expect(remote.now() - clock.now()).toBe(5)
})
