import { afterAll, beforeAll, expect, test } from "vitest"
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
    expect(stderr).toContain("A slave address is a whole number from 1 to 247.")
})
