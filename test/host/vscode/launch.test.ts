import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "jsonc-parser"
import { expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import { ConfigError } from "../../../tools/wiring/config-error"

const read = (name: string) => parse(readFileSync(join(projectRoot, name), "utf8"))
const launch = read(".vscode/launch.json")
const tasks: { label: string; command?: string; script?: string; problemMatcher: Matcher }[] =
    read(".vscode/tasks.json").tasks
const { scripts } = read("package.json")

interface Matcher {
    pattern: { regexp: string; file: number; line: number; column: number; message: number }
}

const [program, meter] = ["devicescript", "node"].map(type =>
    launch.configurations.find((c: { type: string }) => c.type === type),
)

test("F5 starts program and meter together, and ends them together", () => {
    const [first] = [...launch.compounds, ...launch.configurations].sort(
        (a, b) => a.presentation.order - b.presentation.order,
    )
    expect(first.configurations.sort()).toEqual([program.name, meter.name].sort())
    expect(first.stopAll).toBe(true)
})

test("both start the files they should", () => {
    const [programFile, meterFile] = [program, meter].map(c => c.program.slice(c.program.indexOf("/") + 1))
    expect(programFile).toBe("src/main.ts")
    expect(existsSync(join(projectRoot, meterFile)), meterFile).toBe(true)
})

test("the program's wiring is made first, by a script that is there", () => {
    const task = tasks.find(t => t.label === program.preLaunchTask)!
    const [, script] = /^npm run --silent (\w+) -- --simulator$/.exec(task.command!)!
    expect(scripts).toHaveProperty(script!)
})

test("a mistake in devicescript.json becomes an entry of the problem list", () => {
    const mistake = {
        path: "pollSeconds",
        value: 0,
        problem: "is below 1",
        cure: "Write more.",
        line: 6,
        column: 20,
    }
    const { message } = new ConfigError("devicescript.json", [mistake])
    const { pattern } = tasks.find(t => t.label === program.preLaunchTask)!.problemMatcher
    const match = new RegExp(pattern.regexp).exec(message.split("\n")[1]!)!
    expect(match[pattern.file]).toBe("devicescript.json")
    expect([match[pattern.line], match[pattern.column]]).toEqual(["6", "20"])
    expect(match[pattern.message]).toBe("pollSeconds = 0 is below 1. Write more.")
})
