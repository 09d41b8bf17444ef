import { afterEach, expect, test } from "vitest"
import { faultyHouse } from "./faulty-house"
import { closeHouses } from "./house"

afterEach(closeHouses)

/** Settings of somebody else, so many that a block of the log does not fit beside them any more, but a small one does. */
function fillers(): Record<string, string> {
    const large = Array.from({ length: 33 }, (_, i) => [`FILL${i}`, "x".repeat(200)])
    return Object.fromEntries([...large, ["FILL", "x".repeat(72)]])
}

test("a restart happens and keeps its reason when the flash has no room for the log", async () => {
    const house = await faultyHouse({ actor: "poller", kind: "hang" }, { ...fillers(), LOG_LEVEL: 1 })
    const full = () => house.log.filter(({ text }) => text.startsWith("fstor: out of space")).length
    await house.until("the program stops", () => house.programStops.length > 0, 300)
    expect(full()).toBeGreaterThan(0)
    await house.pass(60)
    expect(house.programStops).toEqual([0])
    expect(house.said("info")).toContainEqual(
        expect.stringMatching(/^program: started, 1 in a row: poller: no heartbeat for 60000 ms$/),
    )
    const before = house.counters.accepted
    await house.until("readings arrive again", () => house.counters.accepted > before, 120)
})
