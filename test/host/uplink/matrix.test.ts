import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { beforeAll, describe, expect, test } from "vitest"
import { NEWEST_VERSION } from "../../../sim/emoncms/release"
import { SENTENCES } from "../../../src/actors/uplink/sentences"
import { projectRoot } from "../../../tools/project"
import { withMatrix } from "./matrix"
import { SCENARIOS, type Scenario } from "./scenarios"
import { type Story, tell } from "./story"
import { MORNING, SLOT, talkativeProgram, WIFI_PASSWORD, WRITE_KEY } from "./uplink-rig"

const PAGE = join(projectRoot, "docs/uplink.md")

/** The oldest EmonCMS that readings can be uploaded to. */
const OLDEST_VERSION = "9.8.10"
const VERSIONS = [NEWEST_VERSION, OLDEST_VERSION]

const stories = new Map(VERSIONS.map(version => [version, new Map<Scenario, Story>()]))
let bytecode: Uint8Array

function story(version: string, scenario: Scenario): Story {
    const told = stories.get(version)!.get(scenario)
    if (!told) throw new Error(`${scenario.name} was not run`)
    return told
}

function allStories(): Story[] {
    return [...stories.values()].flatMap(told => [...told.values()])
}

beforeAll(async () => {
    bytecode = await talkativeProgram()
    for (const [version, told] of stories)
        for (const { scenarios } of SCENARIOS)
            for (const scenario of scenarios) told.set(scenario, await tell(scenario, bytecode, version))
}, 900_000)

describe.each(VERSIONS)("EmonCMS %s", version => {
    describe.each(SCENARIOS)("$title", ({ scenarios }) => {
        test.each(scenarios)("$name: $expected", scenario => {
            const { accepted, taken, told, saidAgain } = story(version, scenario)
            const { recovered, dropped, repeated, missing, restarts } = story(version, scenario)
            expect(taken, "readings go on being taken").toBeGreaterThan(7)
            expect(restarts).toEqual([])
            expect(repeated, "readings stored twice").toBe(0)
            expect(saidAgain, "each thing is said once").toEqual([])
            if (scenario.expected === "kept") expect(accepted).toBe(0)
            else expect(accepted).toBeGreaterThan(0)
            if (["kept", "held"].includes(scenario.expected)) expect(told.length).toBeGreaterThan(0)
            if (scenario.settings) return
            expect(recovered, "all is delivered when it is over").toBe(true)
            const lost = scenario.expected === "set aside" ? 1 : 0
            expect(dropped).toBe(lost)
            // Times that the server derives from `sentat` are not aligned to slots.
            if (!scenario.unaligned) expect(missing, "slots without a value").toBe(lost)
        })
    })
})

// Readings taken while the clock is unknown keep their own pace. If they lie in the middle between two slots, a better estimate
// of the clock can put later ones into the next slot, but never two into one.
test("at any moment of a slot that the device is switched on, each reading gets a slot of its own", async () => {
    const scenario = SCENARIOS.flatMap(({ scenarios }) => scenarios).find(({ name }) => /at 2020/.test(name))!
    const PHASES = 16
    for (let phase = 0; phase < PHASES; phase++) {
        const start = MORNING + (phase * SLOT * 1000) / PHASES
        const { recovered, dropped, repeated, missing } = await tell(
            scenario,
            bytecode,
            NEWEST_VERSION,
            start,
        )
        const outcome = { phase, recovered, dropped, repeated }
        expect(outcome).toEqual({ phase, recovered: true, dropped: 0, repeated: 0 })
        expect(missing).toBeLessThanOrEqual(1)
    }
})

describe("the key and the WiFi password", () => {
    const secrets = [WRITE_KEY, WRITE_KEY.toUpperCase(), WIFI_PASSWORD]
    const encodings: BufferEncoding[] = ["utf8", "hex", "base64"]
    const needles = secrets.flatMap(secret =>
        encodings.map(encoding => Buffer.from(secret).toString(encoding)),
    )

    test("are in no line of the console, no address, and no request but the Authorization header", () => {
        const outputs = allStories().flatMap(({ outputs }) => outputs)
        expect(outputs.length).toBeGreaterThan(1000)
        expect(outputs.filter(text => needles.some(needle => text.includes(needle)))).toEqual([])
    })

    test("are not in the log in the flash", () => {
        const images = allStories().map(({ flash }) => flash)
        expect(images.some(text => text.includes("EmonCMS does not know the key"))).toBe(true)
        expect(images.filter(text => needles.some(needle => text.includes(needle)))).toEqual([])
    })

    test("are not in the bytecode", () => {
        const text = Buffer.from(bytecode).toString("latin1")
        expect(needles.filter(needle => text.includes(needle))).toEqual([])
    })
})

/** Causes that need a different network. `test/device/actors/uplink/network.test.ts` covers each of them. */
const ELSEWHERE = [
    "SocketBusy",
    "NetworkDown",
    "ConnectTimeout",
    "TlsRefused",
    "SendFailed",
    "SendTimeout",
    "ReceiveOverflow",
    "ClosedHere",
    "device",
]

test("each sentence of the catalog can happen", () => {
    const told = allStories().flatMap(({ told }) => told)
    const causes = SENTENCES.trim().split("\n")
    const unheard = causes.filter(line => {
        const [before, after = ""] = line.slice(line.indexOf(": ") + 2).split("%")
        return !told.some(text => text.startsWith(`uplink: ${before}`) && text.endsWith(after))
    })
    expect(unheard.map(line => line.slice(0, line.indexOf(": ")))).toEqual(ELSEWHERE)
})

/** Refresh it with `npx vitest run test/host/uplink/matrix.test.ts -u`. */
test("docs/uplink.md holds what the uplink did", async () => {
    const page = await readFile(PAGE, "utf8")
    const made = withMatrix(page, SCENARIOS, {
        newest: scenario => story(NEWEST_VERSION, scenario),
        oldest: scenario => story(OLDEST_VERSION, scenario),
    })
    await expect(made).toMatchFileSnapshot(PAGE)
})
