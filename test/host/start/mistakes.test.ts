import { readFile, rm, writeFile } from "node:fs/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { commandOptions } from "../../../cli/start/commands"
import { type Outcome, ProjectCopy } from "./npm-start"

let project: ProjectCopy

beforeAll(async () => {
    project = await ProjectCopy.make({ "notes.txt": "12:00:00 01 04 02\nnot a frame\n" })
})

afterAll(() => project.remove())

/** Expects that the command failed before anything began, said why, and printed no stack trace. */
function expectRefusal({ code, stdout, stderr }: Outcome, words: RegExp): void {
    expect(stderr).toMatch(words)
    expect(code).toBe(1)
    expect(stdout).not.toContain("EmonCMS:")
    expect(stderr).not.toMatch(/^\s+at /m)
}

test("--help shows every option, and examples", async () => {
    const { code, stdout, stderr } = await project.start("--help").ended
    const table = await readFile(project.path("cli/start/options.ts"), "utf8")
    const flags = [...table.matchAll(/\.option\(\s*"([^"]+)"/g)].map(([, flag]) => flag!)
    expect(flags.length).toBeGreaterThan(20)
    for (const flag of [...flags, ...commandOptions().map(option => option.flags)]) {
        const [, described] = stdout.split(`\n  ${flag} `)
        expect(described, flag).toMatch(/^ +\w/)
    }
    expect(stdout).toContain("npm start -- --serial /dev/ttyUSB0")
    expect(code).toBe(0)
    expect(stderr).toBe("")
})

describe("options", () => {
    test.each([
        ["--bogus", /--bogus.*\n.*--help/],
        ["--serial /dev/ttyNone", /\/dev\/ttyNone: no such serial port; plug/],
        ["--replay nowhere.txt", /^npm start: --replay nowhere\.txt: no such file.*check the path$/m],
        ["--replay notes.txt", /^npm start: notes\.txt:2: "not" is not a time of day; begin/m],
        ["--record nowhere/values", /^npm start: --record nowhere\/values: no such file or folder; check/m],
        ["--record devicescript.json", /^npm start: --record devicescript\.json: this would replace a file/m],
        ["--flash .env.local", /^npm start: --flash \.env\.local: this would replace a file/m],
        ["--record sim", /^npm start: --record sim: this is a folder; name a file in it$/m],
    ])("refuses %s", async (line, words) => {
        expectRefusal(await project.start(...line.split(" ")).ended, words)
    })
})

test("--emoncms does not get the stored key of another server", async () => {
    const key = "0123456789abcdef0123456789abcdef"
    // Without an address of its own, the file's key is for emoncms.org in .env.defaults.
    for (const own of ["EMON_URL=http://192.168.1.10/emoncms\n", ""]) {
        await writeFile(project.path(".env.local"), `${own}EMON_KEY=${key}\n`)
        const refused = await project.start("--emoncms", "http://127.0.0.1:9").ended
        await rm(project.path(".env.local"))
        expectRefusal(refused, /give it with --key.*only for the stored EMON_URL/)
    }
})

test("--record keeps its file until the run starts", async () => {
    await writeFile(project.path("values.jsonl"), "kept\n")
    const options = ["--record", "values.jsonl", "--emoncms", "http://127.0.0.1:9"]
    expectRefusal(await project.start(...options).ended, /--emoncms needs the account's Read & Write key/)
    expect(await readFile(project.path("values.jsonl"), "utf8")).toBe("kept\n")
})

test("--flash does not replace a file that is something else", async () => {
    const before = await readFile(project.path("notes.txt"), "utf8")
    expectRefusal(
        await project.start("--flash", "notes.txt").ended,
        /--flash notes\.txt: this is not the flash/,
    )
    expect(await readFile(project.path("notes.txt"), "utf8")).toBe(before)
})

describe("files", () => {
    const config = (text: string) => ({ "devicescript.json": text })
    test.each([
        [config("{"), /devicescript\.json/],
        [config('{ "line": { "driver": "jacdac-serial" }, "meters": [] }'), /devicescript\.json.*\n.*meters/],
        [
            config(
                '{ "line": { "driver": "jacdac-serial" }, "meters": [{ "name": "a", "model": "pzem-0166", "address": 1 }] }',
            ),
            /meters\[0\]\.model = "pzem-0166".*pzem-016/,
        ],
        [
            { ".env.local": "EMON_URL\n" },
            /^npm start: \.env\.local, line 1: this is not a setting\. Write KEY=value/m,
        ],
    ])("refuses %j", async (files, words) => {
        const broken = await ProjectCopy.make(files)
        try {
            expectRefusal(await broken.start("--seconds", "1").ended, words)
        } finally {
            await broken.remove()
        }
    })
})
