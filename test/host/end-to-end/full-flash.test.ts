import { afterEach, expect, test } from "vitest"
import { faultyHouse } from "./faulty-house"
import { closeHouses } from "./house"

afterEach(closeHouses)

/** Bytes for settings in the flash of an ESP32, and overhead per entry. Values are padded to multiples of 8 bytes. */
const SETTINGS_BYTES = 16_336
const ENTRY_BYTES = 24
/** Enough for the program's own entry, its settings and the reason of a restart. A block of the log no longer fits. */
const LEFT_BYTES = 448

/** Foreign settings that leave only LEFT_BYTES. */
function fillers(): Record<string, string> {
    const found: Record<string, string> = {}
    for (let room = SETTINGS_BYTES - LEFT_BYTES, i = 0; room >= ENTRY_BYTES + 8; i++) {
        const value = Math.min(208, room - ENTRY_BYTES) & ~7
        // JSON adds two quotes
        found[`FILL${i}`] = "x".repeat(value - 2)
        room -= ENTRY_BYTES + value
    }
    return found
}

test("restarts and keeps the reason when the flash has no room for the log", async () => {
    const house = await faultyHouse({ actor: "poller", kind: "hang" }, { ...fillers(), LOG_LEVEL: 1 })
    const full = () => house.rig.log.filter(({ text }) => text.startsWith("fstor: out of space")).length
    await house.until("the program stops", () => house.rig.stops.length > 0, 300)
    expect(full()).toBeGreaterThan(0)
    await house.pass(60)
    expect(house.rig.stops).toEqual([0])
    expect(house.said("info")).toContainEqual(
        expect.stringMatching(/^program: started, 1 in a row: poller: no heartbeat for 60000 ms$/),
    )
    const before = house.counters.accepted
    await house.until("readings arrive again", () => house.counters.accepted > before, 120)
})
