import { spawn } from "node:child_process"
import { readdir, readFile, stat, writeFile } from "node:fs/promises"
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from "vitest"
import { wallClock } from "../../../sim/clock"
import { EmonCmsServer } from "../../../sim/emoncms/server"
import { type Outcome, ProjectCopy } from "../start/npm-start"

const KEY = "0123456789abcdef0123456789abcdef"
const OPTIONS = [
    ...["--node", "house", "--board", "emon_esp32_devkit_c", "--line", "spi-uart"],
    ...["--meter", "heatpump=PZEM-016@1", "--app", "myheatpump"],
]

let project: ProjectCopy
let server: EmonCmsServer | undefined

beforeAll(async () => {
    project = await ProjectCopy.make({ ".env.local": "" })
})

afterEach(async () => {
    await server?.close()
    server = undefined
    await writeFile(project.path(".env.local"), "")
})

afterAll(() => project.remove())

async function serve(version?: string): Promise<{ server: EmonCmsServer; url: string }> {
    server = new EmonCmsServer({ clock: wallClock, writeKey: KEY, version })
    return { server, ...(await server.listen()) }
}

async function setUp(...args: string[]): Promise<Outcome> {
    const outcome = await project.command("cli/setup/main.ts", ...args).ended
    expect(outcome.stdout + outcome.stderr).not.toContain(KEY)
    return outcome
}

interface Result {
    readonly changed: number
    readonly feeds: readonly { readonly id: number; readonly role: string }[]
    readonly apps: readonly { readonly config: Record<string, unknown> }[]
    readonly device: unknown
}

function result({ code, stdout, stderr }: Outcome): Result {
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) })
    expect(stdout.trimEnd().split("\n")).toHaveLength(1)
    const parsed = JSON.parse(stdout)
    expect(Object.keys(parsed)).toEqual(["changed", "inputs", "feeds", "processLists", "apps", "device"])
    return parsed
}

describe.each(["11.16.8", "9.8.10"])("a script that sets up EmonCMS %s", version => {
    it("sets everything up, and a second run changes nothing", async () => {
        const { server, url } = await serve(version)
        const line = ["--yes", "--json", "--emoncms", url, "--key", KEY, ...OPTIONS, "--no-device"]
        const first = result(await setUp(...line))
        expect(first.changed).toBeGreaterThan(10)
        expect(first.device).toBeNull()
        const ids = Object.fromEntries(first.feeds.map(({ role, id }) => [role, id]))
        expect(first.apps[0]!.config).toMatchObject(ids)
        expect(Object.keys(ids)).toEqual(["heatpump_elec", "heatpump_elec_kwh"])
        const env = await readFile(project.path(".env.local"), "utf8")
        expect(env).toBe(`EMON_URL=${url}\nEMON_KEY=${KEY}\nEMON_NODE=house\n`)
        const lists = server.processLists()
        const second = result(await setUp(...line))
        expect(second).toMatchObject({
            changed: 0,
            feeds: [{ id: ids.heatpump_elec }, { id: ids.heatpump_elec_kwh }],
        })
        expect(server.processLists()).toEqual(lists)
        expect(await readFile(project.path(".env.local"), "utf8")).toBe(env)
        // The key does not have to be given again.
        expect(result(await setUp("--yes", "--json", "--no-device")).changed).toBe(0)
    })
})

test("a plan lists the changes, hides the key and changes nothing", async () => {
    const { server, url } = await serve()
    const { code, stdout } = await setUp("--plan", "--emoncms", url, "--key", KEY, ...OPTIONS)
    expect(code).toBe(0)
    expect(stdout).toContain("+ EMON_KEY=(not shown)")
    expect(stdout).toContain("feed house:heatpump_elec from power: would be created")
    expect(stdout).toMatch(/\d+ changes would be made\.\n$/)
    expect(server.inputs().size).toBe(0)
    expect(await readFile(project.path(".env.local"), "utf8")).toBe("")
})

test("--skip leaves out a step", async () => {
    const { server, url } = await serve()
    const files = result(
        await setUp(
            "--yes",
            "--json",
            "--emoncms",
            url,
            "--key",
            KEY,
            "--skip",
            "emoncms",
            "reading",
            "--no-device",
        ),
    )
    expect(files).toMatchObject({ changed: 1, feeds: [], apps: [] })
    expect(server.inputs().size).toBe(0)
    const rest = result(await setUp("--yes", "--json", "--skip", "files", "--no-device"))
    expect(rest.feeds).toHaveLength(2)
})

test.each([
    ["a missing terminal", [], /there is no terminal for questions/],
    ["a key without a server", ["--yes", "--key", KEY], /--emoncms is missing/],
    ["a missing key", ["--yes", "--emoncms", "http://127.0.0.1:9", "--no-device"], /--key.*is missing/],
    [
        "an address copied from the browser",
        ["--yes", "--emoncms", `http://pi/input/post?apikey=${KEY}`],
        /continues after the path/,
    ],
    [
        "an unknown model",
        ["--yes", "--meter", "a=nosuch@1", "--no-device", "--skip", "emoncms", "reading"],
        /nosuch/,
    ],
    ["one address for two meters", ["--meter", "a=pzem-016@1", "--meter", "b=pzem-016@1"], /address 1/],
    ["a key that is too short", ["--key", KEY.slice(1)], /--key/],
    ["a meter without an address", ["--meter", "a=pzem-016"], /heatpump=pzem-016@1/],
    ["an unknown step", ["--skip", "nothing"], /files, emoncms, build/],
])("reports %s in a sentence, and writes nothing", async (_, args, words) => {
    const config = await readFile(project.path("devicescript.json"), "utf8")
    const { code, stdout, stderr } = await setUp(...args)
    expect(code).toBe(1)
    expect(stderr).not.toContain(KEY.slice(1))
    expect(stderr).toMatch(words)
    expect(stderr + stdout).not.toMatch(/\n\s+at /)
    expect(await readFile(project.path(".env.local"), "utf8")).toBe("")
    expect(await readFile(project.path("devicescript.json"), "utf8")).toBe(config)
})

test("reports a wrong key before it creates anything in EmonCMS; another run with the right key works", async () => {
    const { server, url } = await serve()
    const wrong = KEY.replace("0", "f")
    const { code, stderr } = await setUp("--yes", "--emoncms", url, "--key", wrong, "--no-device")
    expect({ code, stderr }).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("does not know the key"),
    })
    expect(stderr).not.toContain(wrong)
    expect(server.inputs().size).toBe(0)
    // The address of the server is already written.
    expect(result(await setUp("--yes", "--json", "--key", KEY, "--no-device")).feeds).toHaveLength(2)
    expect(await readFile(project.path(".env.local"), "utf8")).toContain(`EMON_KEY=${KEY}\n`)
})

test("ends with the simulator's first reading in the feed, without hardware", async () => {
    const { server, url } = await serve("10.2.7")
    const { device, feeds } = result(
        await setUp("--yes", "--json", "--emoncms", url, "--key", KEY, "--node", "house", "--simulator"),
    )
    const { kind, reading } = device as {
        kind: string
        reading: { feed: string; time: number; value: number }
    }
    expect({ kind, feed: reading.feed }).toEqual({ kind: "simulator", feed: "heatpump_elec" })
    const [first] = server.feedPoints(feeds[0]!.id)
    expect(reading.value).toBeCloseTo(
        server.feedPoints(feeds[0]!.id).find(([time]) => time === reading.time)![1],
        1,
    )
    // The feed holds nothing from before the first reading.
    expect(first![0]).toBeLessThanOrEqual(reading.time)
})

/** How long a question can take on a busy machine, in ms; nothing is measured with it. */
const PATIENCE_MS = 60_000

/** Runs the set-up in a terminal that Python makes. */
function atTerminal(...args: string[]) {
    const command = JSON.stringify([process.execPath, "--import", "tsx", "cli/setup/main.ts", ...args])
    const code = `import pty, sys; sys.exit(pty.spawn(${command}) >> 8)`
    const child = spawn("python3", ["-c", code], { cwd: project.root, stdio: ["pipe", "pipe", "inherit"] })
    let shown = ""
    let all = ""
    child.stdout.setEncoding("utf8").on("data", text => {
        shown += text
        all += text
    })
    const ended = new Promise<number | null>(resolve => child.on("close", resolve))
    return {
        ended,
        /** Everything that was shown. */
        get shown() {
            return all
        },
        /** Waits for a question that has not been answered yet, and presses keys. */
        async answer(question: string, keys: string): Promise<void> {
            const deadline = Date.now() + PATIENCE_MS
            while (!shown.includes(question)) {
                if (child.exitCode !== null || Date.now() > deadline)
                    throw new Error(`no "${question}":\n${shown}`)
                await new Promise(resolve => setTimeout(resolve, 30))
            }
            shown = shown.slice(shown.indexOf(question) + question.length)
            child.stdin.write(keys)
        },
    }
}

const CTRL_C = "\x03"
const ENTER = "\r"

describe("at a terminal", () => {
    it("asks its questions, shows what it writes without the key, and sets up EmonCMS", async () => {
        const { server, url } = await serve()
        const terminal = atTerminal("--no-device", "--emoncms", url)
        await terminal.answer("Is that right?", ENTER)
        await terminal.answer("What do you measure?", ENTER)
        await terminal.answer("Read & Write key", `${KEY}${ENTER}`)
        await terminal.answer("Name of the node", ENTER)
        await terminal.answer("Write these changes?", ENTER)
        expect(await terminal.ended).toBe(0)
        expect(terminal.shown).toContain(`+ EMON_URL=${url}`)
        expect(terminal.shown).toContain("+ EMON_KEY=(not shown)")
        expect(terminal.shown).not.toContain(KEY)
        expect(server.processLists().get("emonscript")?.get("power")).toBe("1:1")
        expect(await readFile(project.path(".env.local"), "utf8")).toContain(`EMON_KEY=${KEY}\n`)
        expect((await stat(project.path(".env.local"))).size).toBeGreaterThan(0)
    })

    it.each<[string, string[]]>([
        ["the first question", []],
        ["the key", ["Is that right?", "What do you measure?"]],
    ])("leaves the files unchanged after Ctrl-C at %s", async (_, questions) => {
        const { server, url } = await serve()
        const before = await readFile(project.path("devicescript.json"), "utf8")
        const terminal = atTerminal("--no-device", "--emoncms", url)
        for (const question of questions) await terminal.answer(question, ENTER)
        await terminal.answer(questions.length === 0 ? "Is that right?" : "Read & Write key", CTRL_C)
        expect(await terminal.ended).toBe(130)
        expect(await readFile(project.path("devicescript.json"), "utf8")).toBe(before)
        expect(await readFile(project.path(".env.local"), "utf8")).toBe("")
        expect((await readdir(project.root)).filter(name => name.endsWith(".new"))).toEqual([])
        expect(server.inputs().size).toBe(0)
    })
})
