import { expect, test } from "vitest"
import { INPUTS } from "../../../tools/scenario/meter-answers"
import { scenarioOf } from "../../../tools/scenario/read-scenario"
import { type RunOptions, runScenario } from "../../../tools/scenario/run-scenario"

function run(scenario: object, options?: RunOptions) {
    return runScenario(scenarioOf({ description: "", ...scenario }), options)
}

/** What must never happen, whatever else does. */
const SOUND = { wrong: 0, duplicated: 0, sentAgain: 0, panics: 0 }

test("delivers everything without faults", async () => {
    const { report } = await run({ duration: "30 min" })
    expect(report).toMatchObject({
        ...SOUND,
        lost: 0,
        thinned: 0,
        energyErrorWh: 0,
        // the log, which records the start, and the address that belongs to the key
        flashWrites: 2,
        resets: 0,
    })
    expect(report.delivered).toBe(report.produced)
    expect(report.produced + report.unread).toBe(180)
    expect(report.unread).toBeLessThanOrEqual(1)
    expect(report.requests).toBeGreaterThan(30)
    expect(report.maxRamBytes).toBeGreaterThan(20_000)
    expect(report.maxRamBytes).toBeLessThan(65_536)
})

test("believes an energy counter that starts again, once it has shown it twice", async () => {
    const fault = { at: "10 min", for: "15 s", fault: "line", line: "counter-reset" }
    const { report, journal } = await run({ duration: "20 min", timeline: [fault] })
    expect(report).toMatchObject({ ...SOUND, lost: 0, unread: 2 })
    // What the meter has counted since, before it was believed.
    expect(report.energyErrorWh).toBeGreaterThan(-5)
    expect(report.energyErrorWh).toBeLessThanOrEqual(0)
    const energies = journal.taken.map(({ values }) => values[INPUTS.indexOf("energy")]!)
    expect(energies[0]).toBeGreaterThan(1_000_000)
    expect(energies.at(-1)).toBeGreaterThan(150)
    expect(energies.at(-1)).toBeLessThan(300)
})

test("keeps several meters apart", async () => {
    const meters = [
        { name: "pump", address: 1 },
        { name: "car", address: 2 },
        { name: "solar", address: 3 },
    ]
    const timeline = [{ at: "5 min", for: "10 min", fault: "meter-off", meter: "car" }]
    const { report, journal } = await run({ duration: "20 min", meters, timeline })
    expect(report).toMatchObject({ ...SOUND, lost: 0, energyErrorWh: 0 })
    const taken = (name: string) => journal.taken.filter(({ meter }) => meter === name).length
    expect(taken("pump") - taken("car")).toBeGreaterThan(55)
    // The run can end in the middle of a round.
    expect(Math.abs(taken("pump") - taken("solar"))).toBeLessThanOrEqual(1)
})

test("repeats a run to the millisecond with the same seed, but not with another", async () => {
    const scenario = {
        duration: "40 min",
        random: [
            { perDay: 100, for: { from: "1 s", to: "5 min" }, fault: "wifi-gone" },
            { perDay: 100, for: { from: "1 s", to: "1 min" }, fault: "server-resets" },
            { perDay: 100, for: { from: "1 s", to: "1 min" }, fault: "line", line: "crc-flipped", rate: 0.5 },
            { perDay: 30, fault: "reboot" },
        ],
    }
    const first = await run(scenario, { seed: 7 })
    const again = await run(scenario, { seed: 7 })
    expect(again.report).toEqual(first.report)
    expect(again.journal.trouble).toEqual(first.journal.trouble)
    expect(again.journal.taken).toEqual(first.journal.taken)
    const other = await run(scenario, { seed: 8 })
    expect(other.journal.taken).not.toEqual(first.journal.taken)
})

const FIVE_MINUTES = { at: "5 min", for: "5 min" }

test.each([
    ["server-down", /Nobody answers at|Cannot reach/],
    ["server-refuses", /Nobody answers at/],
    ["server-stalls", /closed the connection too early|No answer from/],
    ["server-resets", /The connection to .* broke/],
    ["key-revoked", /does not know the key/],
    ["database-down", /cannot reach its database/],
    ["redis-down", /uplink: /],
    ["wifi-gone", /The device has no network/],
] as const)("%s for five minutes loses no reading, and is reported once", async (fault, words) => {
    const { report, journal } = await run({ duration: "20 min", timeline: [{ ...FIVE_MINUTES, fault }] })
    expect(report).toMatchObject({ ...SOUND, lost: 0, energyErrorWh: 0 })
    expect(journal.trouble.map(({ text }) => text)).toEqual([expect.stringMatching(words)])
})

test("a meter without power and a noisy line cost polls, but deliver nothing wrong", async () => {
    const { report } = await run({
        duration: "30 min",
        timeline: [
            { ...FIVE_MINUTES, fault: "meter-off" },
            { at: "15 min", for: "10 min", fault: "line", line: "crc-flipped", rate: 0.8 },
        ],
    })
    expect(report).toMatchObject({ ...SOUND, lost: 0 })
    expect(report.unread).toBeGreaterThan(40)
})

test("compares a late answer with the reading that was made from it", async () => {
    const { report, journal } = await runScenario(
        scenarioOf({
            description: "",
            duration: "90 min",
            timeline: [{ at: "1 min", for: "85 min", fault: "line", line: "late-answer", rate: 0.4 }],
        }),
    )
    expect(journal.trouble.length).toBeGreaterThan(0)
    expect(report).toMatchObject({ lost: 0, wrong: 0, duplicated: 0, sentAgain: 0 })
})

test("the device resumes by itself after a reset and after a power cut", async () => {
    const { report, journal } = await run({
        duration: "30 min",
        timeline: [
            { at: "10 min", fault: "reboot" },
            { at: "20 min", for: "2 min", fault: "power-cut" },
        ],
    })
    expect(report).toMatchObject({ ...SOUND, resets: 1 })
    // Readings that wait in RAM when the power fails are lost: each time one upload's worth at most.
    expect(report.lost).toBeLessThanOrEqual(6)
    expect(report.unread).toBeGreaterThanOrEqual(12)
    expect(report.unread).toBeLessThan(20)
    expect(journal.trouble).toEqual([])
})

test("reports the time error when the server's clock stays wrong", async () => {
    const timeline = [{ at: "10 min", for: "60 min", fault: "server-clock", by: "+5 min" }]
    const { report, journal } = await run({ duration: "60 min", timeline })
    expect(report.timeErrorS).toBeGreaterThan(290)
    expect(report.timeErrorS).toBeLessThan(310)
    expect(journal.trouble.map(({ text }) => text)).toContain(
        "timekeeper: the server's clock was changed; following it",
    )
})

test("finds the coefficient of performance in the feeds of a meter and a heat meter", async () => {
    const { report } = await run({
        duration: "1 h",
        meters: [{ name: "heatpump", address: 1 }],
        heatMeter: { name: "heat", model: "ekonom", address: 2 },
        timeline: [{ at: "20 min", for: "10 min", fault: "server-refuses" }],
    })
    expect(report).toMatchObject({ ...SOUND, lost: 0 })
    expect(report.cop).toBeGreaterThan(2)
    expect(report.cop).toBeLessThan(6)
    expect(report.copErrorPercent).toBeLessThan(5)
    expect(report.unpaired).toBeLessThanOrEqual(1)
})

test("survives a write that power loss tears, a drifting server, another writer and a new deployment", async () => {
    const { report } = await run({
        duration: "3 h",
        recovery: "45 min",
        timeline: [
            { at: "10 min", for: "50 min", fault: "server-down" },
            { at: "15 min", for: "40 min", fault: "torn-write" },
            { at: "70 min", for: "30 min", fault: "server-drift", by: "+1 min" },
            { at: "75 min", fault: "another-writer" },
            { at: "110 min", fault: "redeploy" },
        ],
    })
    expect(report).toMatchObject({ wrong: 0, duplicated: 0, energyErrorWh: 0, panics: 0 })
    // A reading that waits for the write is in no counter yet.
    expect(report.unexplained).toBeLessThanOrEqual(1)
    // Power is back when the fault ends.
    expect(report.unread).toBeGreaterThan(10)
})
