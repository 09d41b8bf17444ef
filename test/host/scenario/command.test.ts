import { spawnSync } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"

let folder: string
let file: string

beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "scenario-"))
    file = join(folder, "short.json")
    const timeline = [{ at: "2 min", for: "1 min", fault: "wifi-gone" }]
    await writeFile(
        file,
        JSON.stringify({ description: "A minute without WiFi.", duration: "5 min", timeline }),
    )
})

afterAll(() => rm(folder, { recursive: true }))

function scenario(...args: string[]) {
    const command = ["cli/run.mjs", "cli/scenario/main.ts", ...args]
    return spawnSync(process.execPath, command, { cwd: projectRoot, encoding: "utf8" })
}

const FIGURES = [
    [
        "produced",
        "delivered",
        "lost",
        "thinned",
        "unexplained",
        "duplicated",
        "sentAgain",
        "energyErrorWh",
        "flashWrites",
        "flashErases",
    ],
    ["maxRamBytes", "requests", "unread", "wrong", "timeErrorS", "resets", "panics"],
    ["actorsLost", "logBytes", "logDisorder"],
].flat()

/** Fields that identify the image. */
const IMAGE = ["driver", "store", "image"]

describe("npm run scenario", () => {
    test("prints one line of JSON and nothing else", () => {
        const { stdout, stderr, status } = scenario(file, "--json")
        expect([status, stderr]).toEqual([0, ""])
        const report = JSON.parse(stdout)
        expect(Object.keys(report)).toEqual([...FIGURES, "unexpected", ...IMAGE])
        expect(report).toMatchObject({
            lost: 0,
            wrong: 0,
            unexpected: [],
            driver: "spi-uart",
            store: "settings",
        })
        expect(report.image).toMatchObject({ build: "release" })
        expect(stdout.trimEnd()).not.toContain("\n")
    })

    test("prints the description, the speed and each figure", () => {
        const { stdout, status } = scenario(file, "--seed", "3")
        expect(status).toBe(0)
        const [description, image, speed, blank, ...figures] = stdout.trimEnd().split("\n")
        expect(description).toBe("A minute without WiFi.")
        expect(image).toMatch(/^The release image [0-9a-f]{12} with spi-uart, readings kept in settings\.$/)
        expect(speed).toMatch(/^\d+ min.* of virtual time in .* times as fast as real time; seed 3\.$/)
        expect(blank).toBe("")
        expect(figures).toHaveLength(FIGURES.length)
        expect(figures[2]).toBe("         0  of them are not, and the program does not account for them")
    })

    test("names the figures that are not as expected, and fails", async () => {
        const strict = join(folder, "strict.json")
        const limits = { produced: 1, lost: 0 }
        await writeFile(
            strict,
            JSON.stringify({ description: "Too strict.", duration: "2 min", expect: limits }),
        )
        const plain = scenario(strict)
        expect(plain.status).toBe(1)
        expect(plain.stdout).toMatch(/\nNot as expected: produced is \d+, but should be at most 1\.\n$/)
        const { stdout, status } = scenario(strict, "--json")
        expect(status).toBe(1)
        expect(JSON.parse(stdout).unexpected).toEqual([expect.stringMatching(/^produced is \d+/)])
    })

    test("reports a missing file, and fails", () => {
        const { stdout, stderr, status } = scenario(join(folder, "none.json"))
        expect([status, stdout]).toEqual([1, ""])
        expect(stderr).toContain("none.json has a mistake:\n  The file is missing. Check the path;")
    })

    test("reports a picture that cannot be written before it runs", () => {
        const { stderr, stdout, status } = scenario(file, "--plot", join(folder, "missing", "picture.svg"))
        expect([status, stdout]).toEqual([1, ""])
        expect(stderr).toContain("picture.svg: no such file or folder; check the path")
    })

    test("reports an invalid option, and fails", () => {
        const { stderr, status } = scenario(file, "--seed", "x")
        expect(status).toBe(1)
        expect(stderr).toContain("It must be a whole number from 1 to 2000000.")
    })
})
