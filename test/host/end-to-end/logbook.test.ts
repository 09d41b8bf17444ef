import { afterEach, expect, test } from "vitest"
import { storedSettings } from "../../../sim/vm/stored-settings"
import { readLog } from "../../../tools/device/log-blocks"
import { faultyHouse } from "./faulty-house"
import { closeHouses, type House } from "./house"

afterEach(closeHouses)

/** How long a notice takes to reach the flash, in seconds. */
const NOTICE_LATE = 660

/** Both parts of the log in the flash. */
function story({ simulation }: House): string[] {
    const settings = storedSettings(simulation.device.flash.image)
    const { last, current } = readLog([...settings.values()])
    return [...last, ...current].map(({ text }) => text)
}

test("the log in flash records each start and its reason, also after a failure", async () => {
    const house = await faultyHouse({ actor: "poller", kind: "hang" })
    await house.until("the program stops", () => house.rig.stops.length > 0, 300)
    expect(house.said("error")).toEqual(["poller: failed (no heartbeat for 60000 ms), the program restarts"])
    await house.pass(NOTICE_LATE)
    expect(story(house)).toEqual([
        "program: started, powered on",
        "program: started, 1 in a row: poller: no heartbeat for 60000 ms",
    ])
})

test("reports that a failed actor starts again", async () => {
    const house = await faultyHouse({ actor: "timekeeper", kind: "throw" })
    await house.until("the failure", () => house.said("error").length > 0, 300)
    expect(house.said("error")).toEqual([
        expect.stringMatching(
            /^timekeeper: failed \(RangeError: a fault of the test @[\d<]+\), starts again$/,
        ),
    ])
})
