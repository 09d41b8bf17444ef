import { expect, test } from "vitest"
import { flashBudget, SETTING_BLOCK_BYTES } from "../../../src/device/flash-budget"
import { readLog } from "../../../tools/device/log-blocks"
import { ACTORS } from "../../../tools/faulty-program/device/fault"
import { scenarioOf } from "../../../tools/scenario/read-scenario"
import { runScenario } from "../../../tools/scenario/run-scenario"
import { logBlocksIn } from "../../../tools/scenario/self-care"

/* What happens to readings, log and actors when every part of the program fails. The soak does this for a week. */

const STEP_MIN = 8

/** Each actor throws once and hangs once. */
const faults = (["throw", "hang"] as const).flatMap(does => ACTORS.map(actor => ({ does, actor })))
const minutes = (faults.length + 1) * STEP_MIN

const SOUND = {
    lost: 0,
    thinned: 0,
    duplicated: 0,
    sentAgain: 0,
    energyErrorWh: 0,
    wrong: 0,
    resets: 0,
    panics: 0,
    actorsLost: 0,
    logDisorder: 0,
}

test("every actor survives a throw and a hang, no reading is lost, and the log says why", async () => {
    const { report, journal, world, scenario } = await runScenario(
        scenarioOf({
            description: "",
            duration: `${minutes} min`,
            timeline: [
                ...faults.map((fault, i) => ({
                    at: `${(i + 1) * STEP_MIN} min`,
                    fault: "actor-fault",
                    ...fault,
                })),
                { at: "20 min", for: "40 min", fault: "server-refuses" },
                { at: "100 min", for: "20 min", fault: "server-down" },
                { at: "70 min", for: "20 min", fault: "line", line: "crc-flipped", rate: 0.2 },
            ],
        }),
    )
    expect(report, JSON.stringify(journal.trouble)).toMatchObject(SOUND)

    const told = journal.trouble.map(({ text }) => text)
    expect(told.filter(text => text === "fault")).toHaveLength(faults.length)
    for (const actor of ACTORS) {
        expect(told).toContainEqual(
            expect.stringMatching(`^${actor}: failed \\(RangeError: a fault of the test`),
        )
        expect(told).toContainEqual(
            expect.stringMatching(`^${actor}: failed \\(no heartbeat for \\d+ ms\\), `),
        )
    }
    const restarts = told.filter(text => text.endsWith("the program restarts"))
    expect(restarts).toEqual([
        "poller: failed (no heartbeat for 60000 ms), the program restarts",
        // the fifth one that hangs since then
        "light: failed (no heartbeat for 15000 ms), the program restarts",
    ])

    // A hung poller is noticed after a minute. The program then needs some seconds to start again.
    expect(report.unread).toBeLessThan(30)
    const end = Date.parse(scenario.start) + minutes * 60_000
    expect(journal.taken.filter(({ at }) => at > end - 60_000 && at < end).length).toBeGreaterThanOrEqual(5)

    const blocks = logBlocksIn(world.flash.image)
    const { logSlots } = flashBudget()
    expect(blocks.length).toBeLessThanOrEqual(logSlots)
    expect(report.logBytes).toBeLessThanOrEqual(logSlots * SETTING_BLOCK_BYTES)
    const { last, current } = readLog(blocks)
    const texts = [...last, ...current].map(({ text }) => text)
    expect(texts).toContainEqual("program: started, 1 in a row: poller: no heartbeat for 60000 ms")
    expect(texts.at(-1)).toMatch(/^uplink: failed \(no heartbeat for 180000 ms\), starts again/)
})

test("a poller that keeps failing reads no slot twice, even with long slots", async () => {
    const { report, journal } = await runScenario(
        scenarioOf({
            description: "",
            duration: "90 min",
            pollSeconds: 30,
            timeline: [{ at: "5 min", every: "613 s", fault: "actor-fault", does: "throw", actor: "poller" }],
        }),
    )
    expect(journal.trouble.filter(({ text }) => text === "fault").length).toBeGreaterThan(7)
    expect(report, JSON.stringify(journal.trouble)).toMatchObject(SOUND)
})
