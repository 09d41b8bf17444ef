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

test.each(["SIGINT", "SIGTERM"] as const)("%s", async signal => {
    const run = project.start(...ENDLESS)
    await run.printed("readings accepted")
    run.signal(signal)
    await expectCleanEnd(run)
    expect((await run.ended).code).toBe(0)
})

test("Ctrl-C twice", async () => {
    const run = project.start(...ENDLESS)
    await run.printed("readings accepted")
    run.ctrlC()
    run.ctrlC()
    await expectCleanEnd(run)
})

test("Ctrl-C in a terminal where npm was started", async () => {
    const run = project.npmStart(...ENDLESS)
    await run.printed("readings accepted")
    run.ctrlC()
    await expectCleanEnd(run)
})

test("SIGTERM to npm alone, which ends its shell", async () => {
    const run = project.npmStart(...ENDLESS)
    await run.printed("readings accepted")
    run.signal("SIGTERM")
    await expectCleanEnd(run)
})
