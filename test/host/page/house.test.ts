import { beforeEach, expect, test, vi } from "vitest"
import type { VirtualClock } from "../../../sim/clock"
import { VirtualLine } from "../../../sim/line/virtual-line"
import type { Simulation } from "../../../sim/simulation"
import { Wifi } from "../../../sim/vm/wifi"
import { type HouseParts, SimulatedHouse } from "../../../tools/page/simulated-house"
import { ManualClock } from "../emoncms/manual-clock"

const HOUR = 3600_000

const proxy = { add: vi.fn(), remove: vi.fn() }
const compileFaulty = vi.fn()
let clock: ManualClock
let said: string[]
let house: SimulatedHouse

beforeEach(async () => {
    proxy.add.mockReset().mockResolvedValue(undefined)
    proxy.remove.mockReset().mockResolvedValue(undefined)
    compileFaulty.mockReset()
    clock = new ManualClock(Date.parse("2026-01-01T00:00:00Z"))
    said = []
    const time = clock as unknown as VirtualClock
    const emoncms = { server: { writeKey: "" }, clock: {}, proxy } as unknown as HouseParts["emoncms"]
    const parts: HouseParts = {
        clock: time,
        line: new VirtualLine({ clock: time }),
        meters: [],
        wifi: new Wifi(),
        emoncms,
        emoncmsPage: "",
        shown: undefined,
        realTime: false,
        compileFaulty,
        say: sentence => said.push(sentence),
    }
    house = await SimulatedHouse.open(parts, {} as Simulation)
})

/** Lets time pass in steps, with room for what each step starts. */
async function pass(ms: number): Promise<void> {
    for (let step = 0; step < 100; step++) {
        clock.advance(ms / 100)
        await new Promise(resolve => setImmediate(resolve))
    }
}

test.each([
    ["outage-1h.json", "server-refuses", { type: "down" }],
    ["outage-24h.json", "server-down", { type: "timeout", stream: "upstream" }],
])("%s: %s begins and ends", async (file, words, toxic) => {
    await house.act({ type: "play", file })
    await pass(1.2 * HOUR)
    expect(said).toEqual([`${words} begins`])
    expect(proxy.add).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(toxic))
    await pass(25 * HOUR)
    expect(said).toEqual([`${words} begins`, `${words} ends`])
    expect(proxy.remove.mock.calls).toEqual(proxy.add.mock.calls)
})

test("a fault of a scenario that cannot be ended is reported", async () => {
    proxy.remove.mockRejectedValue(new Error("the port is taken"))
    await house.act({ type: "play", file: "outage-1h.json" })
    await pass(12 * HOUR)
    expect(said).toEqual(["server-refuses begins", "server-refuses: the port is taken"])
})

test("two scenarios started at once run one after the other, and the last one can be stopped", async () => {
    const [first, second] = ["outage-24h.json", "outage-1h.json"].map(file =>
        house.act({ type: "play", file }),
    )
    const stopped = house.act({ type: "stop" })
    await Promise.all([first, second, stopped])
    expect(house.state().scenario).toBeUndefined()
    await pass(48 * HOUR)
    expect(said).toEqual([])
    expect(proxy.add).not.toHaveBeenCalled()
})

test("a fault that is ended while it begins is ended as soon as it has begun", async () => {
    let hasBegun = () => {}
    proxy.add.mockReturnValue(new Promise<void>(resolve => (hasBegun = resolve)))
    const begun = house.act({ type: "begin", fault: "server-refuses" })
    const ended = house.act({ type: "end", fault: "server-refuses" })
    hasBegun()
    await Promise.all([begun, ended])
    expect(proxy.remove).toHaveBeenCalledOnce()
    expect(house.state().faults).toEqual([])
    expect(said).toEqual(["Refuses connections: begins", "Refuses connections: ends"])
})

test("a fault that cannot begin is not in effect", async () => {
    proxy.add.mockRejectedValue(new Error("no room"))
    await expect(house.act({ type: "begin", fault: "server-refuses" })).rejects.toThrow("no room")
    expect(house.state().faults).toEqual([])
})

test("closing ends all faults, even if one of them cannot be ended", async () => {
    proxy.remove.mockRejectedValueOnce(new Error("the port is taken"))
    await house.act({ type: "begin", fault: "server-refuses" })
    await house.act({ type: "begin", fault: "server-stalls" })
    await house.close()
    expect(proxy.remove).toHaveBeenCalledTimes(2)
    expect(said).toContain("the port is taken")
})

test("the program with test faults is compiled again after it could not be compiled", async () => {
    compileFaulty.mockRejectedValue(new Error("the compiler has ended"))
    const begun = () => house.act({ type: "begin", fault: "hang", part: "uplink" })
    await expect(begun()).rejects.toThrow("the compiler has ended")
    await expect(begun()).rejects.toThrow("the compiler has ended")
    expect(compileFaulty).toHaveBeenCalledTimes(2)
    expect(house.state().busy).toBeUndefined()
})
