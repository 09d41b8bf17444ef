import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import schema from "../../../scenarios/scenario.schema.json"
import { FAULT_NAMES } from "../../../sim/line/faults"
import { TOXIC_NAMES } from "../../../sim/toxics/toxic"
import { projectRoot } from "../../../tools/project"
import { FAULTS } from "../../../tools/scenario/faults"
import { readScenario, scenarioOf } from "../../../tools/scenario/read-scenario"
import { ConfigError } from "../../../tools/wiring/config-error"

const SCENARIOS = join(projectRoot, "scenarios")

let folder: string

beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "scenario-"))
})

afterEach(() => rm(folder, { recursive: true }))

async function complaint(text: string): Promise<string> {
    const path = join(folder, "x.json")
    await writeFile(path, text)
    const error = await readScenario(path).then(
        () => undefined,
        (e: unknown) => e,
    )
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message.replaceAll(path, "x.json")
}

test("every scenario of the project can be read", async () => {
    const files = (await readdir(SCENARIOS)).filter(name => !name.endsWith(".schema.json"))
    expect(files.length).toBeGreaterThan(6)
    for (const file of files) await readScenario(join(SCENARIOS, file))
})

test("the schema lists the same faults and toxics as the runner", () => {
    const { planned, random, toxic } = schema.definitions
    const kinds = Object.keys(FAULTS).sort()
    expect(planned.properties.fault.enum.toSorted()).toEqual(kinds)
    expect(random.properties.fault.enum.toSorted()).toEqual(kinds)
    expect(planned.properties.fault.enumDescriptions).toHaveLength(kinds.length)
    expect(planned.properties.line.enum).toEqual(FAULT_NAMES)
    expect(random.properties.line.enum).toEqual(FAULT_NAMES)
    expect(toxic.oneOf.map(({ properties }) => properties.type.const)).toEqual(TOXIC_NAMES)
})

test("accepts only supported EmonCMS versions", async () => {
    expect(scenarioOf({ description: "", duration: "1 h", emoncmsVersion: "9.8.10" }).emoncmsVersion).toBe(
        "9.8.10",
    )
    const scenario = (version: string) => `{"description":"","duration":"1 h","emoncmsVersion":"${version}"}`
    expect(await complaint(scenario("9.8.8"))).toContain("Write a version from 9.8.10 to 11.16.8.")
    expect(await complaint(scenario("new"))).toContain("Write a version from 9.8.10 to 11.16.8 in quotes")
})

test.each(["2026-02-30T05:00:00Z", "2026-02-03T25:00:00Z", "2026-19-03T05:00:00Z"])(
    "does not begin at %s",
    async start => {
        const text = `{"description":"","duration":"1 h","start":"${start}"}`
        expect(await complaint(text)).toContain(`start = "${start}" is not in the calendar`)
    },
)

test("may begin with a byte order mark", async () => {
    const path = join(folder, "x.json")
    await writeFile(path, '\ufeff{"description":"marked","duration":"1 h"}')
    expect((await readScenario(path)).description).toBe("marked")
})

test("fills in defaults for missing entries", () => {
    expect(scenarioOf({ description: "", duration: "1 h" })).toMatchObject({
        seed: 1,
        meters: [{ name: "heatpump", address: 1 }],
        pollSeconds: 10,
        uploadSeconds: 30,
        emoncmsVersion: "11.16.8",
        timeline: [],
        random: [],
    })
})

test("reports schema mistakes with place, value and cure", async () => {
    const text = `{
    "description": "x", "duration": "2 hours", "sed": 3,
    "timeline": [
        { "at": "1 h", "fault": "server-of" },
        { "at": "1 h", "for": "1 min", "fault": "toxic", "toxic": { "type": "latency" } }
    ]
}`
    const message = await complaint(text)
    expect(message).toContain(
        'x.json:2:37: duration = "2 hours" is not valid here. Write a number and one of',
    )
    expect(message).toContain("x.json:2:55: sed = 3 is not known. Remove it, or write one of description, ")
    expect(message).toContain('x.json:4:33: timeline[0].fault = "server-of" is not one of server-down, ')
    expect(message).toContain("timeline[1].toxic.latency is missing. Write a number, not below 0.")
})

test("reports semantic mistakes with place, value and cure", async () => {
    const mistakes = {
        description: "x",
        duration: "2 h",
        meters: [
            { name: "a", address: 1 },
            { name: "a", address: 2 },
        ],
        timeline: [
            { at: "3 h", fault: "server-down" },
            { at: "1 h", for: "1 h", fault: "reboot", by: "+2 h" },
            { at: "1 h", for: "1 h", until: "2 h", fault: "line", meter: "b" },
            { at: "1 h", for: "1 s", every: "0 s", fault: "redis-down" },
        ],
        random: [{ perDay: 1, for: { from: "2 h", to: "1 h" }, fault: "wifi-gone" }],
    }
    const message = await complaint(JSON.stringify(mistakes))
    const told = message.split("\n").map(line => line.replace(/^ {2}x\.json:1:\d+: /, ""))
    expect(told).toEqual([
        "x.json has 10 mistakes:",
        'meters[1].name = "a" is also that of meters[0]. Give each meter its own.',
        'timeline[0].for is missing. Say how long server-down lasts, for example "10 min".',
        'timeline[0].at = "3 h" is not before the end, 2 h. Choose an earlier time, or a longer duration.',
        'timeline[1].for = "1 h" is not possible with reboot. Remove it: this fault has no duration.',
        'timeline[1].by = "+2 h" is not possible with reboot. Remove it.',
        "timeline[2].line is missing. line needs it; see docs/scenarios.md.",
        'timeline[2].until = "2 h" needs "every". Use "for" for how long it lasts, or add "every".',
        'timeline[2].meter = "b" does not exist. Write one of a, a.',
        'timeline[3].every = "0 s" is no duration. Write a duration above 0.',
        'random[0].for = {"from":"2 h","to":"1 h"} is not a range. Write the shortest duration, above 0, as from and the longest as to.',
    ])
})

test("reports a missing file, and a file that is not JSON", async () => {
    expect(await complaint("{")).toContain("A } is missing before this")
    await expect(readScenario(join(folder, "none.json"))).rejects.toThrow("The file is missing")
})
