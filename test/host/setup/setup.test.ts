import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from "vitest"
import { wallClock } from "../../../sim/clock"
import { EmonCmsServer } from "../../../sim/emoncms/server"
import { type Outcome, ProjectCopy } from "../start/npm-start"
import { atTerminal, CTRL_C, DOWN, ENTER, UP } from "./at-terminal"

const KEY = "0123456789abcdef0123456789abcdef"
const BOARD = "emon_esp32_devkit_c"
const OPTIONS = [
    ...["--node", "house", "--board", BOARD, "--line", "spi-uart"],
    ...["--meter", "heatpump=PZEM-016@1", "--app", "myheatpump"],
]

let project: ProjectCopy
let server: EmonCmsServer | undefined
let shipped: string

beforeAll(async () => {
    project = await ProjectCopy.make({ ".env.local": "" })
    shipped = await readFile(project.path("devicescript.json"), "utf8")
})

afterEach(async () => {
    await server?.close()
    server = undefined
    for (const [name, text] of [
        [".env.local", ""],
        ["devicescript.json", shipped],
    ] as const) {
        await rm(project.path(name), { recursive: true, force: true })
        await writeFile(project.path(name), text)
    }
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

test("--skip files is refused if the device would then not get what was asked for", async () => {
    const { url } = await serve()
    const line = ["--yes", "--skip", "files", "--emoncms", url, "--key", KEY]
    const chip = await setUp(...line)
    expect(chip.stderr).toContain("with --skip files .env.local stays as it is")
    const simulator = await setUp(...line, "--simulator", "--meter", "car=pzem-016@7")
    expect(simulator.stderr).toContain("with --skip files devicescript.json stays as it is")
    expect([chip.code, simulator.code]).toEqual([1, 1])
})

test("passes port, flashing and firmware on to the deployment, and shows why it has failed", async () => {
    const line = ["--yes", "--skip", "build", "emoncms", "reading"]
    const server = ["--emoncms", "http://127.0.0.1:9", "--key", KEY, "--wifi", "home"]
    const port = ["--port", "/dev/ttyNone"]
    const deployed = await setUp(...line, ...server, ...port)
    expect(deployed.stderr).toContain("npm run deploy: /dev/ttyNone: there is no such port")
    expect(deployed.stderr).toContain("The earlier steps are done. npm run setup continues here.")
    const flashed = await setUp(...line, ...port, "--flash", "--firmware", "none.bin")
    expect(flashed.stderr).toContain("none.bin cannot be read (ENOENT)")
    expect([deployed.code, flashed.code]).toEqual([1, 1])
})

test("shows what the build says", async () => {
    const { code, stdout } = await setUp("--yes", "--skip", "deploy", "emoncms", "reading")
    expect(stdout).toMatch(/npm run build\n.*\d+ bytes/s)
    expect(code).toBe(0)
})

test.each([
    ["tcp:192.168.1.20", { driver: "tcp", host: "192.168.1.20" }],
    ["tcp:gateway:8899", { driver: "tcp", host: "gateway", port: 8899 }],
])("--line %s is a gateway", async (text, line) => {
    await setUp("--yes", "--no-device", "--skip", "emoncms", "reading", "--line", text)
    expect(JSON.parse(await readFile(project.path("devicescript.json"), "utf8")).line).toEqual(line)
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
    ["a gateway without an address", ["--line", "tcp:"], /tcp:HOST:PORT of a gateway/],
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

test("reports a wrong key before it writes anything, here or in EmonCMS; another run with the right key works", async () => {
    const { server, url } = await serve()
    const wrong = KEY.replace("0", "f")
    const { code, stderr } = await setUp("--yes", "--emoncms", url, "--key", wrong, "--no-device")
    expect({ code, stderr }).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("does not know the key"),
    })
    expect(stderr).not.toContain(wrong)
    expect(server.inputs().size).toBe(0)
    expect(await readFile(project.path(".env.local"), "utf8")).toBe("")
    const right = await setUp("--yes", "--json", "--emoncms", url, "--key", KEY, "--no-device")
    expect(result(right).feeds).toHaveLength(2)
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

describe("with files of the owner's", () => {
    const OWN = `EMON_URL=http://192.168.1.10/emoncms\nEMON_KEY=${KEY}\n`

    // Without an address of its own, the file's key is for emoncms.org in .env.defaults.
    test.each([
        [OWN, "--plan"],
        [OWN, "--yes"],
        [OWN, "--yes", "--skip", "emoncms", "reading"],
        [`EMON_KEY=${KEY}\n`, "--yes"],
    ])("with %j, does not send the stored key to another server: %s %s", async (own, ...args) => {
        const { server, url } = await serve()
        await writeFile(project.path(".env.local"), own)
        const { code, stderr } = await setUp(...args, "--no-device", "--emoncms", url)
        expect(stderr).toContain("--key, the Read & Write key of this EmonCMS, is missing")
        expect(code).toBe(1)
        expect(server.counters.requests).toBe(0)
        expect(await readFile(project.path(".env.local"), "utf8")).toBe(own)
    })

    test("the simulator uploads with the key of --key, even if another one is stored", async () => {
        const { url } = await serve()
        await writeFile(project.path(".env.local"), OWN.replace("0123", "ffff"))
        const line = ["--yes", "--json", "--skip", "files", "--simulator", "--emoncms", url, "--key", KEY]
        const { device } = result(await setUp(...line))
        expect(device).toMatchObject({ kind: "simulator", reading: { feed: "heatpump_elec" } })
    })

    test("says that the simulator has ended, and why", async () => {
        const { url } = await serve()
        const start = project.path("cli/start/main.ts")
        const program = await readFile(start, "utf8")
        await writeFile(start, 'console.error("It is out of order.")\nprocess.exitCode = 3\n')
        const { code, stderr } = await setUp("--yes", "--simulator", "--emoncms", url, "--key", KEY)
        await writeFile(start, program)
        expect(stderr).toMatch(
            /The simulator has ended, and no reading has arrived in a feed\.\nIt is out of order\./,
        )
        expect(code).toBe(1)
    })

    test("the stored password is only for the stored network", async () => {
        await writeFile(project.path(".env.local"), `WIFI_SSID=Home\nWIFI_PWD=long enough\n# mine\n`)
        const line = ["--yes", "--no-device", "--skip", "emoncms", "reading", "--wifi"]
        const { stdout } = await setUp(...line, "Other")
        expect(stdout).toContain("The WiFi network Other gets no password. --wifi-password sets one.")
        expect(await readFile(project.path(".env.local"), "utf8")).toMatch(/^WIFI_SSID=Other\n# mine\n/)
    })

    test("a key in devicescript.json is reported with its place, and not shown", async () => {
        const path = project.path("devicescript.json")
        const config = JSON.parse(await readFile(path, "utf8"))
        await writeFile(path, JSON.stringify({ EMON_KEY: KEY, ...config }))
        const { code, stderr } = await setUp("--plan", "--no-device", "--skip", "emoncms", "reading")
        expect(stderr).toContain('devicescript.json:1:13: EMON_KEY = "***" is not known')
        expect(stderr).not.toContain(KEY)
        expect(code).toBe(1)
    })

    test.each([
        ["[]", "must be an object in { }"],
        ['{ "meters": {} }', "devicescript.json:1:13: meters = {} must be a list in [ ]"],
        ['{ "meters": [null] }', "devicescript.json:1:14: meters[0] = null must be an object in { }"],
        ['{ "line": "tcp" }', 'devicescript.json:1:11: line = "tcp" must be an object in { }'],
        [undefined, "The file is missing. Restore the project's file"],
    ])("reports a devicescript.json with %s in a sentence", async (text, words) => {
        const path = project.path("devicescript.json")
        if (text === undefined) await rm(path)
        else await writeFile(path, text)
        const { code, stderr } = await setUp(
            "--plan",
            "--no-device",
            "--meter",
            "a=sdm630@1",
            "--board",
            BOARD,
        )
        expect(stderr).toContain(words)
        expect(stderr).not.toMatch(/\n\s+at /)
        expect(code).toBe(1)
    })

    test.each([".env.local", "devicescript.json"])("reports a folder called %s in a sentence", async name => {
        await rm(project.path(name), { force: true })
        await mkdir(project.path(name))
        const { code, stderr } = await setUp("--plan", "--no-device")
        expect(stderr).toContain(`${name}: this is a folder`)
        expect(code).toBe(1)
    })

    test("asks for the address of EmonCMS if the stored one is empty", async () => {
        await writeFile(project.path(".env.local"), `EMON_URL=\nEMON_KEY=${KEY}\n`)
        const { code, stderr } = await setUp("--plan", "--no-device")
        expect(stderr).toMatch(/EMON_URL|--emoncms/)
        expect(stderr).not.toMatch(/\n\s+at /)
        expect(code).toBe(1)
    })
})

const setupAtTerminal = (...args: string[]) => atTerminal(project, "cli/setup/main.ts", ...args)

describe("at a terminal", () => {
    it("asks its questions, shows what it writes without the key, and sets up EmonCMS", async () => {
        const { server, url } = await serve()
        const terminal = setupAtTerminal("--no-device", "--emoncms", url)
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

    it("asks for board, gateway, meters, and an open network, and again for a server whose key is wrong", async () => {
        const { server, url } = await serve()
        const terminal = setupAtTerminal("--skip", "build", "deploy", "reading")
        await terminal.answer("What runs the program?", UP + ENTER)
        await terminal.answer("Which board is it?", ENTER)
        await terminal.answer("How does it reach the meters?", DOWN + DOWN + DOWN + ENTER)
        await terminal.answer("The gateway's address", `192.168.1.20${ENTER}`)
        await terminal.answer("Is that right?", "n")
        for (const [name, more] of [
            ["", "y"],
            ["car", "n"],
        ]) {
            await terminal.answer("What should the meter be called?", name + ENTER)
            await terminal.answer("Its model", ENTER)
            await terminal.answer("Its address on the line", ENTER)
            await terminal.answer("Is there another meter", more!)
        }
        await terminal.answer("What do you measure?", ENTER)
        for (const key of [KEY.replace("0", "f"), KEY]) {
            await terminal.answer("Address of your EmonCMS", url.slice("http://".length) + ENTER)
            await terminal.answer("Its Read & Write key", key + ENTER)
        }
        await terminal.answer("Name of the node", ENTER)
        await terminal.answer("Name of the WiFi network", `open house${ENTER}`)
        await terminal.answer("Its password (Enter if it has none)", ENTER)
        await terminal.answer("Write these changes?", ENTER)
        expect(await terminal.ended).toBe(0)
        expect(terminal.shown).toContain("does not know the key")
        const { board, line, meters } = JSON.parse(await readFile(project.path("devicescript.json"), "utf8"))
        expect({ board, line }).toEqual({ board: BOARD, line: { driver: "tcp", host: "192.168.1.20" } })
        expect(meters).toEqual([
            { name: "heatpump", model: "pzem-016", address: 1 },
            { name: "car", model: "pzem-016", address: 2 },
        ])
        expect(await readFile(project.path(".env.local"), "utf8")).toBe(
            `EMON_URL=${url}\nEMON_KEY=${KEY}\nWIFI_SSID=open house\n`,
        )
        expect(server.inputs().get("emonscript")?.has("car_power")).toBe(true)
    })

    it.each<[string, string[]]>([
        ["the first question", []],
        ["the key", ["Is that right?", "What do you measure?"]],
    ])("leaves the files unchanged after Ctrl-C at %s", async (_, questions) => {
        const { server, url } = await serve()
        const before = await readFile(project.path("devicescript.json"), "utf8")
        const terminal = setupAtTerminal("--no-device", "--emoncms", url)
        for (const question of questions) await terminal.answer(question, ENTER)
        await terminal.answer(questions.length === 0 ? "Is that right?" : "Read & Write key", CTRL_C)
        expect(await terminal.ended).toBe(130)
        expect(await readFile(project.path("devicescript.json"), "utf8")).toBe(before)
        expect(await readFile(project.path(".env.local"), "utf8")).toBe("")
        expect((await readdir(project.root)).filter(name => name.endsWith(".new"))).toEqual([])
        expect(server.inputs().size).toBe(0)
    })
})
