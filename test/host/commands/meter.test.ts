import { readFile, writeFile } from "node:fs/promises"
import { afterAll, beforeAll, expect, test } from "vitest"
import { StandInDevtools } from "../line/stand-in-devtools"
import { bytes } from "../meter/asking"
import { ProjectCopy } from "../start/npm-start"

let project: ProjectCopy
beforeAll(async () => {
    project = await ProjectCopy.make()
})
afterAll(() => project.remove())

test("says what it is and whether devtools is there, and ends with Ctrl-C", async () => {
    const run = project.command("cli/serve-devtools.ts", "--address", "7")
    await run.printed("onnect")
    run.ctrlC()
    const { code, stdout, stderr } = await run.ended
    expect([code, stderr]).toEqual([0, ""])
    expect(stdout).toContain("Virtual PZEM-016 at address 7")
    expect(stdout).toMatch(/ (No connection to|Connected to) devtools/)
})

test("refuses an address that no meter can have", async () => {
    const { code, stderr } = await project.command("cli/serve-devtools.ts", "--address", "248").ended
    expect(code).toBe(1)
    expect(stderr).toContain("It must be a whole number from 1 to 247.")
})

/** The manual's request for all registers, at address 1. */
const REQUEST = "01 04 00 00 00 0a 70 0d"

test("prints what the meter is asked and what it answers", async () => {
    const devtools = new StandInDevtools()
    const link = project.path("sim/bus/devtools-link.ts")
    const source = await readFile(link, "utf8")
    // Another test may need the fixed port.
    await writeFile(
        link,
        source.replace("DEVTOOLS_PORT = 8082", `DEVTOOLS_PORT = ${await devtools.listen()}`),
    )
    const run = project.command("cli/serve-devtools.ts")
    const answer = await devtools.exchange(bytes(REQUEST), 25)
    await run.printed("answered ")
    run.ctrlC()
    const { code, stdout } = await run.ended
    await devtools.stop()
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\d asked {4}${REQUEST}$`, "m"))
    const answered = Buffer.from(answer.data)
        .toString("hex")
        .replace(/..(?=.)/g, "$& ")
    expect(answered).toMatch(/^01 04 14 /)
    expect(stdout).toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\d answered ${answered}$`, "m"))
})
