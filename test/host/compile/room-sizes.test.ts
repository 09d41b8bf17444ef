import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { DebugInfo } from "../../../tools/compile/debug-info"
import { type RoomSizes, roomSizes } from "../../../tools/compile/room-sizes"
import { makeProject, type Project } from "../wiring/project"

const cli = createRequire(import.meta.url).resolve("@devicescript/cli/built/devicescript-cli.cjs")

let project: Project
let debugInfo: DebugInfo
let sizes: RoomSizes
let report: string

beforeAll(async () => {
    project = await makeProject({
        "devsconfig.json": "{}",
        "src/main.ts": `import { Counter } from "./kernel/counter"
import { table } from "./modbus/table"
import { readSetting } from "@devicescript/settings"
const counter = new Counter()
counter.add(table[1])
console.log(counter.sum, await readSetting("key", 1))
`,
        "src/kernel/counter.ts":
            "export class Counter { sum = 0\nadd(n: number) { this.sum = this.sum + n }\nreset() { this.sum = 0 } }\n" +
            "export class Unused { call() { return 1 } }\n",
        "src/modbus/table.ts": "export const table = [11, 22, 33, 44]\n",
    })
    const env = { ...process.env, NO_UPDATE_NOTIFIER: "1" }
    execFileSync(process.execPath, [cli, "build", "src/main.ts", "--quiet"], { cwd: project.root, env })
    const built = (name: string) => readFileSync(join(project.root, ".devicescript/bin", name), "utf8")
    debugInfo = JSON.parse(built("bytecode-dbg.json"))
    report = built("bytecode-sizes.md")
    sizes = roomSizes(debugInfo)
})

afterAll(() => project.remove())

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0)

test("rooms and libraries add up to the compiler's total", () => {
    const reported = Number(/(\d+) \| Function TOTAL/.exec(report)![1])
    expect(sizes.total).toBe(reported)
    expect(sum(sizes.rooms) + sum(sizes.libraries)).toBe(reported)
})

test("counts each file's code for its room, including start-up code", () => {
    expect(Object.keys(sizes.rooms).sort()).toEqual(["kernel", "main", "modbus"])
    expect(Object.keys(sizes.libraries).sort()).toEqual(["@devicescript/core", "@devicescript/settings"])
    const methods = debugInfo.functions.filter(f => ["Counter", "add", "reset"].includes(f.name))
    expect(methods).toHaveLength(3)
    expect(sizes.rooms.kernel).toBeGreaterThan(methods.reduce((bytes, f) => bytes + f.size, 0))
    expect(debugInfo.functions.some(f => f.name === "call")).toBe(false)
    expect(sizes.rooms.modbus).toBeGreaterThan(0)
})
