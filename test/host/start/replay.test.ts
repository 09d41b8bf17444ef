import { readFileSync } from "node:fs"
import { afterEach, expect, test } from "vitest"
import { withCrc } from "../../../sim/meter/rtu"
import type { Config } from "../../../tools/wiring/config"
import { captureFile } from "../end-to-end/captures"
import { hex } from "../meter/asking"
import { ProjectCopy } from "./npm-start"

let project: ProjectCopy | undefined

afterEach(async () => {
    await project?.remove()
    project = undefined
})

const PZEM: Config["meters"] = [{ name: "heatpump", model: "pzem-016", address: 1 }]

/** A copy of the project with lines to replay, and with these meters wired. */
async function copyWith(lines: readonly (string | number)[], meters: Config["meters"]): Promise<ProjectCopy> {
    const config: Config = {
        line: { driver: "jacdac-serial", baud: 9600 },
        meters,
        pollSeconds: 1,
        uploadSeconds: 5,
    }
    project = await ProjectCopy.make({
        "devicescript.json": JSON.stringify(config),
        "frames.txt": lines.join("\n"),
    })
    return project
}

/** Replays lines, and returns what was uploaded. */
async function uploadsOf(lines: readonly (string | number)[], meters: Config["meters"], seconds: number) {
    const project = await copyWith(lines, meters)
    const options = ["--replay", "frames.txt", "--seconds", String(seconds), "--speed", "20"]
    const outcome = await project.start(...options, "--no-page", "--record", "values.jsonl").ended
    expect(outcome.code, outcome.stderr).toBe(0)
    return project.recorded("values.jsonl")
}

// arendst/Tasmota issue #18446: one poll by another master. The owner's own number follows each frame.
const SDM630 = [
    ["> 01 04 00 00 00 02 71 CB", "< 01 04 04 43 6B 70 8B FA 7B", "voltage_l1", 235.4],
    ["> 01 04 00 02 00 02 D0 0B", "< 01 04 04 43 6D EC B8 33 6F", "voltage_l2", 237.9],
    ["> 01 04 00 04 00 02 30 0A", "< 01 04 04 43 6B D8 40 C4 2C", "voltage_l3", 235.8],
    ["> 01 04 00 06 00 02 91 CA", "< 01 04 04 40 04 AA 8B 91 42", "current_l1", 2.073],
    ["> 01 04 00 08 00 02 F0 09", "< 01 04 04 40 1A 8A B3 E9 56", "current_l2", 2.415],
    ["> 01 04 00 0A 00 02 51 C9", "< 01 04 04 3F D5 54 6F 98 84", "current_l3", 1.667],
    ["> 01 04 00 0C 00 02 B1 C8", "< 01 04 04 42 EC 9C CE C6 9D", "power_l1", 118.3],
    ["> 01 04 00 0E 00 02 10 08", "< 01 04 04 C3 FC FE 91 86 3C", "power_l2", -506],
    ["> 01 04 00 10 00 02 70 0E", "< 01 04 04 C3 77 B2 F4 02 FD", "power_l3", -247.7],
    ["> 01 04 00 46 00 02 90 1E", "< 01 04 04 42 47 8E C1 FB D9", "frequency", 49.89],
] as const

test("replays a three-phase meter whose master requested each value separately", async () => {
    const poll = SDM630.flatMap(one => one.slice(0, 2))
    const fields = SDM630.map(([, , field]) => field)
    const meters: Config["meters"] = [{ name: "house", model: "sdm630", address: 1, fields }]
    const values = await uploadsOf(Array.from({ length: 5 }, () => poll).flat(), meters, 30)
    for (const [, , field, value] of SDM630) {
        const arrived = values.filter(({ input }) => input === field)
        expect(arrived.length, field).toBeGreaterThanOrEqual(3)
        expect(new Set(arrived.map(one => one.value)), field).toEqual(new Set([value]))
    }
})

/** What a PZEM-016 can measure, according to the manual. */
const POSSIBLE: Readonly<Record<string, readonly [number, number]>> = {
    voltage: [80, 260],
    current: [0, 100],
    power: [0, 23_000],
    energy: [0, 9_999_990],
    frequency: [45, 65],
    power_factor: [0, 1],
}

test("never uploads values that no meter can have measured", async () => {
    const good = readFileSync(captureFile("pzem-ac-responses"), "utf8")
        .split("\n")
        .filter(line => /^\d\d:/.test(line))
        .map(line => line.slice("HH:MM:SS ".length))
    const registers = (...words: number[]) =>
        hex(withCrc([1, 4, 20, ...words.flatMap(word => [word >> 8, word & 0xff])]))
    const impossible = [
        registers(0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        registers(2300, 0, 0, 0, 0, 7329, 2, 0, 0, 0),
        registers(0, 2055, 0, 4393, 0, 7329, 2, 502, 97, 0),
        registers(2193, 2055, 0, 4393, 0, 0, 0, 502, 97, 0),
        registers(2193, 2055, 0, 4393, 0, 7329, 40, 502, 97, 0),
        registers(2193, 2055, 0, 34393, 9, 7329, 2, 502, 97, 0),
        registers(65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535),
        "01 84 02 C2 C1",
        "01 04 02 08 91 7F 0C",
        "01 04 14 08 91 08 07 00 00 11 29 00 00",
        good[3]!.replace("08 7F", "18 7F"),
    ]
    const lines = good
        .slice(0, 7)
        .flatMap((frame, i) => [
            `12:00:${10 + i}.000 ${frame}`,
            ...impossible.slice(i).map(bad => `12:00:${10 + i}.500 ${bad}`),
            `12:00:${10 + i}.600 ${frame}`,
            `12:00:${10 + i}.650 + ${impossible[i]}`,
        ])
    const values = await uploadsOf(lines, PZEM, 150)
    const measured = values.filter(({ input }) => input in POSSIBLE)
    expect(measured.filter(({ input }) => input === "power").length).toBeGreaterThan(5)
    for (const { input, value } of measured) {
        const [least, most] = POSSIBLE[input]!
        expect(value, input).toBeGreaterThanOrEqual(least)
        expect(value, input).toBeLessThanOrEqual(most)
    }
    const energies = measured.filter(({ input }) => input === "energy").map(({ value }) => value)
    expect(energies.every(energy => energy === 138_401 || energy === 138_402)).toBe(true)
})

test("diagnoses two answers to one request as two meters at one address", async () => {
    const ask = "> 01 04 00 00 00 0A 70 0D"
    const one = "< 01 04 14 08 91 08 07 00 00 11 29 00 00 1C A1 00 02 01 F6 00 61 00 00 68 25"
    const two = "< 01 04 14 08 D1 00 6C 00 00 00 F4 00 00 00 26 00 00 01 F4 00 64 00 00 51 34"
    const double = (i: number) => [
        `12:00:${10 + i}.000 ${ask}`,
        `12:00:${10 + i}.060 ${one}`,
        `12:00:${10 + i}.110 ${two}`,
    ]
    const project = await copyWith(Array.from({ length: 20 }, (_, i) => double(i)).flat(), PZEM)
    const { stdout } = await project.start("--replay", "frames.txt", "--diagnose", "--speed", "20").ended
    expect(stdout).toContain("two meters answer")
})
