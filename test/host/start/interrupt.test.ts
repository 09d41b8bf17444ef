import { afterAll, beforeAll, expect, test } from "vitest"
import { lastLine, ProjectCopy, type Run } from "./npm-start"

let project: ProjectCopy

beforeAll(async () => {
    project = await ProjectCopy.make()
})

afterAll(() => project.remove())

const ENDLESS = ["--json", "--speed", "60"]

/** Expects that the command ended with its counters and left no process behind. */
async function expectCleanEnd(run: Run): Promise<void> {
    const outcome = await run.ended
    expect(lastLine(outcome).accepted).toBeGreaterThan(0)
    expect(outcome.stderr).toBe("")
    expect(await run.processes()).toEqual([])
}

test.each(["SIGINT", "SIGTERM"] as const)("ends cleanly on %s", async signal => {
    const run = project.start(...ENDLESS)
    await run.printed("readings accepted")
    run.signal(signal)
    await expectCleanEnd(run)
    expect((await run.ended).code).toBe(0)
})

test("ends cleanly on a double Ctrl-C", async () => {
    const run = project.start(...ENDLESS)
    await run.printed("readings accepted")
    run.ctrlC()
    run.ctrlC()
    await expectCleanEnd(run)
})

test("ends cleanly on Ctrl-C when npm has started it", async () => {
    const run = project.npmStart(...ENDLESS)
    await run.printed("readings accepted")
    run.ctrlC()
    await expectCleanEnd(run)
})

test("ends cleanly on SIGTERM to npm alone, which ends its shell", async () => {
    const run = project.npmStart(...ENDLESS)
    await run.printed("readings accepted")
    run.signal("SIGTERM")
    await expectCleanEnd(run)
})
