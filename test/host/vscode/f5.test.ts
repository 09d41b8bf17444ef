import { cp, mkdtemp, readFile, rm } from "node:fs/promises"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as wait } from "node:timers/promises"
import { afterAll, beforeAll, expect, test } from "vitest"
import { DEVTOOLS_PORTS, untilFree } from "../../../cli/f5/ports"
import { isLong } from "../../long"
import { ProjectCopy, Run } from "../start/npm-start"
import { DebugClient } from "./debug-client"

const POLLER = "src/actors/poller/poller.ts"
/** Runs once in each poll. */
const STATEMENT = "topics.readings.publish(reading)"
const [, , DEBUG_PORT] = DEVTOOLS_PORTS
/** Longer than the longest heartbeat of most parts. */
const LONG_PAUSE_MS = 20_000

let project: ProjectCopy

beforeAll(async () => {
    project = await ProjectCopy.make()
})
afterAll(() => project.remove())

function host(): Run {
    return project.run(process.execPath, ["cli/f5/begin.mjs"])
}

/** Processes that a host leaves when it has ended. Those that are about to end get a moment. */
async function remaining(run: Run): Promise<string[]> {
    for (let left = 50; left > 0 && (await run.processes()).length > 0; left--) await wait(100)
    return run.processes()
}

/** The process that runs a tool of DeviceScript. */
async function processOf(run: Run, tool: string): Promise<number> {
    for (const pid of await run.processes())
        if ((await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0").includes(tool)) return Number(pid)
    throw new Error(`devs ${tool} does not run`)
}

/** What an editor does from F5 to the first stop at a breakpoint. */
async function stopInPoller(run: Run): Promise<DebugClient> {
    await run.printed("F5: ready for the debugger.")
    const debug = await DebugClient.connect(DEBUG_PORT)
    await debug.request("initialize", {
        clientID: "vscode",
        adapterID: "node",
        pathFormat: "path",
        linesStartAt1: true,
        columnsStartAt1: true,
    })
    const launched = debug.request("launch", {
        type: "node",
        request: "launch",
        program: project.path("src/main.ts"),
        stopOnEntry: false,
    })
    await debug.event("initialized")
    const lines = (await readFile(project.path(POLLER), "utf8")).split("\n")
    const line = lines.findIndex(text => text.includes(STATEMENT)) + 1
    const { breakpoints } = await debug.request("setBreakpoints", {
        source: { path: project.path(POLLER) },
        breakpoints: [{ line }],
    })
    expect(breakpoints).toMatchObject([{ verified: true }])
    await debug.request("configurationDone")
    await launched
    const { reason, threadId } = await debug.event("stopped")
    expect(reason).toBe("breakpoint")
    const { stackFrames } = await debug.request("stackTrace", { threadId })
    expect(stackFrames[0]).toMatchObject({ line, source: { path: project.path(POLLER) } })
    return debug
}

test("F5 stops at a breakpoint in the poller, shows variables, and leaves no process", async () => {
    const run = host()
    const debug = await stopInPoller(run)
    const { threadId } = await debug.event("stopped")
    const { stackFrames } = await debug.request("stackTrace", { threadId })
    const { scopes } = await debug.request("scopes", { frameId: stackFrames[0].id })
    const variables = []
    for (const { variablesReference } of scopes)
        variables.push(...(await debug.request("variables", { variablesReference })).variables)
    const names = variables.map(({ name }: { name: string }) => name)
    expect(names).toContain("reading")

    // A pause is not a crash: when everything goes on, nothing is replaced.
    await wait(LONG_PAUSE_MS)
    const before = debug.events.length
    await debug.request("continue", { threadId })
    await debug.event("stopped", before)
    expect(run.printedSoFar).not.toMatch(/no heartbeat|starts again|program restarts/)

    await debug.request("disconnect")
    debug.close()
    expect((await run.ended).code).toBe(0)
    expect(await remaining(run)).toEqual([])
    await untilFree()
})

test.each(isLong ? [2, 3, 4, 5] : [])("F5 works again at once, for the %ith time", async () => {
    const run = host()
    const debug = await stopInPoller(run)
    debug.close()
    expect((await run.ended).code).toBe(0)
    expect(await remaining(run)).toEqual([])
})

test.each(isLong ? ["vm", "devtools"] : [])("ends everything when devs %s ends", async tool => {
    const run = host()
    await run.printed("F5: ready for the debugger.")
    process.kill(await processOf(run, tool))
    const { code, stderr } = await run.ended
    expect([code, stderr]).toEqual([1, `devs ${tool} has ended.\n`])
    expect(await remaining(run)).toEqual([])
    await untilFree()
})

test("reports a port that is in use in one sentence", async () => {
    await untilFree()
    const other = createServer().listen(DEBUG_PORT, "127.0.0.1")
    try {
        const { code, stderr } = await host().ended
        expect(code).toBe(1)
        expect(stderr).toMatch(/^F5: Port 8083 is in use, most likely by another devs devtools\. End it/)
    } finally {
        other.close()
    }
})

test("reports missing packages in one sentence", async () => {
    const root = await mkdtemp(join(tmpdir(), "bare-"))
    await cp(project.path("cli"), join(root, "cli"), { recursive: true })
    const { code, stderr } = await new Run(process.execPath, ["cli/f5/begin.mjs"], root).ended
    expect([code, stderr]).toEqual([
        1,
        "F5: this project's packages are not installed. In its folder, run once: npm ci\n",
    ])
    await rm(root, { recursive: true })
})

test("stopping only the task also ends everything", async () => {
    const run = host()
    await run.printed("F5: preparing")
    await wait(5000)
    run.signal("SIGTERM")
    await run.ended
    expect(await remaining(run)).toEqual([])
    await untilFree()
})
