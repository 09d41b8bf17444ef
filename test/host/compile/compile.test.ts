import { existsSync } from "node:fs"
import { readdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { compileProgram, type Program } from "../../../tools/compile/compile"
import { CompileError } from "../../../tools/compile/compile-error"
import type { Config } from "../../../tools/wiring/config"
import { ConfigError } from "../../../tools/wiring/config-error"
import { makeProject, type Project } from "../wiring/project"

const main = `import { SocketOwner } from "./net/socket"
import { cadence, inputSets, line, makePort, meters } from "./generated/wiring"
const port = makePort(new SocketOwner())
await port.open()
console.log(port.name, meters[0].profile.model, line.baud, cadence.pollMs, inputSets.length)
`

const config: Config = {
    board: "emon_esp32_devkit_c",
    line: { driver: "spi-uart" },
    meters: [{ name: "heatpump", model: "pzem-016", address: 1 }],
}

let project: Project

beforeAll(async () => {
    project = await makeProject({
        "src/main.ts": main,
        "src/idle.ts": "await ds.sleep(1)\n".replace(/^/, 'import * as ds from "@devicescript/core"\n'),
        "devicescript.json": JSON.stringify(config),
    })
})

afterAll(() => project.remove())

const compile = (entry: string, target: "device" | "simulator", more = {}) =>
    compileProgram({ entry, target, root: project.root, ...more })

/** Whether the bytecode itself contains a text, such as the name of a class, a model or a pin. */
const holds = ({ bytecode }: Program, text: string) => Buffer.from(bytecode).includes(text)

const ownSources = ({ debugInfo }: Program) =>
    debugInfo.sources.map(s => s.path).filter(path => path.startsWith("src/"))

describe("a program with a wiring", () => {
    test("contains the configured driver and model, and none of the others", async () => {
        const device = await compile("src/main.ts", "device")
        expect(ownSources(device).sort()).toEqual([
            "src/actors/poller/poller.ts",
            "src/actors/timekeeper.ts",
            "src/device/flash-budget.ts",
            "src/device/settings-slots.ts",
            "src/device/slot-store.ts",
            "src/emoncms/inputs.ts",
            "src/generated/wiring.ts",
            "src/kernel/table.ts",
            "src/kernel/topic.ts",
            "src/line/meters/profile.ts",
            "src/line/meters/registers.ts",
            "src/line/modbus-client.ts",
            "src/line/ports/line-settings.ts",
            "src/line/ports/port.ts",
            "src/line/ports/spi-uart.ts",
            "src/main.ts",
            "src/net/connection.ts",
            "src/net/deflate.ts",
            "src/net/native-socket.ts",
            "src/net/socket-errors.ts",
            "src/net/socket.ts",
            "src/services/device-state.ts",
            "src/services/meter-commands.ts",
        ])
        expect(holds(device, "SpiUart ")).toBe(true)
        expect(holds(device, "pzem-016")).toBe(true)
        expect(holds(device, "P23")).toBe(true)
        for (const other of ["JacdacSerial ", "Sc16is7xx ", "TcpSerial ", "pzem-017", "sdm120"])
            expect(holds(device, other)).toBe(false)
    })

    test("uses the Jacdac line in the simulator", async () => {
        const simulator = await compile("src/main.ts", "simulator")
        expect(ownSources(simulator)).toContain("src/line/ports/jacdac-serial.ts")
        expect(ownSources(simulator)).not.toContain("src/line/ports/spi-uart.ts")
        expect(holds(simulator, "P23")).toBe(false)
    })

    test("accepts the caller's configuration and refuses an invalid one", async () => {
        const line = { driver: "tcp", host: "gate" } as const
        const tcp = await compile("src/main.ts", "device", { config: { ...config, line } })
        expect(ownSources(tcp)).toContain("src/line/ports/tcp-serial.ts")
        const nobody = { ...config, meters: [] }
        await expect(compile("src/main.ts", "device", { config: nobody })).rejects.toThrow(ConfigError)
    })

    test("adds no files to the working tree", async () => {
        expect((await readdir(project.root)).sort()).toEqual([
            ".devicescript",
            "boards",
            "devicescript.json",
            "meters",
            "package.json",
            "src",
        ])
        expect(existsSync(join(project.root, "src/generated/wiring.ts"))).toBe(false)
    })
})

describe("the cache", () => {
    test("returns an earlier compilation, unless the source has changed", async () => {
        const first = await compile("src/idle.ts", "device")
        const programs = join(project.root, ".devicescript/cache/programs")
        const marked = Buffer.concat([first.bytecode, Buffer.from("from the cache")])
        for (const hash of await readdir(programs))
            await writeFile(join(programs, hash, "bytecode.devs"), marked)
        expect(holds(await compile("src/idle.ts", "simulator"), "from the cache")).toBe(true)
        const other = { "src/idle.ts": 'console.log("another")\n' }
        expect(holds(await compile("src/idle.ts", "device", { overrides: other }), "from the cache")).toBe(
            false,
        )
    })

    test("ignores changes in sources that the program does not import", async () => {
        await project.write("src/unrelated.ts", "this is no TypeScript")
        expect(holds(await compile("src/idle.ts", "device"), "from the cache")).toBe(true)
    })
})

test("concurrent calls share one compilation, and another folder gives the same bytes", async () => {
    const again = await makeProject({ "src/main.ts": main, "devicescript.json": JSON.stringify(config) })
    const options = { entry: "src/main.ts", target: "simulator", root: again.root } as const
    const [a, b] = await Promise.all([compileProgram(options), compileProgram(options)])
    expect(a.bytecode).toBe(b.bytecode)
    const { bytecode } = await compile("src/main.ts", "simulator", {
        overrides: { "src/main.ts": main.replace("await", "await ") },
    })
    expect(Buffer.from(a.bytecode).equals(Buffer.from(bytecode))).toBe(true)
    await again.remove()
})

describe("errors", () => {
    test("give the compiler's message and the place in the project", async () => {
        const overrides = {
            "src/idle.ts": "import './helper'\n",
            "src/helper.ts": "const n: number =\n  'text'\n",
        }
        const error = await compile("src/idle.ts", "device", { overrides }).catch(error => error)
        expect(error).toBeInstanceOf(CompileError)
        expect(error.diagnostics).toEqual([
            {
                file: "src/helper.ts",
                line: 1,
                column: 7,
                message: "error TS2322: Type 'string' is not assignable to type 'number'.",
            },
        ])
    })

    test("name a board that the compiler refuses", async () => {
        const board = { devName: "x", productId: "0x12345678", archId: "esp32", pins: {} }
        await project.write("boards/odd.board.json", JSON.stringify(board))
        const error = await compile("src/main.ts", "simulator").catch(error => error)
        expect(error).toBeInstanceOf(CompileError)
        expect(error.diagnostics[0]).toMatchObject({
            file: "boards/odd.board.json",
            message: "invalid productId 0x12345678",
        })
    })

    test("name an entry that is missing", async () => {
        await expect(compile("src/nothing.ts", "device")).rejects.toThrow(
            'source file "src/nothing.ts" not found',
        )
    })
})
