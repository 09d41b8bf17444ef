import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "jsonc-parser"
import { expect, test } from "vitest"
import { DEVTOOLS_PORTS } from "../../../cli/f5/ports"
import { projectRoot } from "../../../tools/project"
import { ConfigError } from "../../../tools/wiring/config-error"

const read = (name: string) => parse(readFileSync(join(projectRoot, name), "utf8"))
const { configurations } = read(".vscode/launch.json")
const [program] = configurations
const task = read(".vscode/tasks.json").tasks.find(
    ({ label }: { label: string }) => label === program.preLaunchTask,
)
const { pattern, background } = task.problemMatcher

test("F5 has one configuration, which needs no extension", () => {
    expect(configurations).toHaveLength(1)
    expect(program.type).toBe("node")
    expect(program.debugServer).toBe(DEVTOOLS_PORTS[2])
    expect(program.program).toBe(`\${workspaceFolder}/src/main.ts`)
    expect(read(".vscode/extensions.json").recommendations).not.toContain("devicescript.devicescript-vscode")
    expect(read(".vscode/settings.json")["devicescript.devtools.autoStart"]).toBe(false)
})

test("the editor waits for lines that the task prints", () => {
    expect([task.command, existsSync(join(projectRoot, task.args[0]))]).toEqual(["node", true])
    const source = readFileSync(join(projectRoot, "cli/f5/main.ts"), "utf8")
    const printed = [...source.matchAll(/^const (?:BEGIN|READY) = "(.*)"$/gm)].map(([, text]) => text!)
    expect(printed).toHaveLength(2)
    expect(printed[0]).toMatch(new RegExp(background.beginsPattern))
    expect(printed[1]).toMatch(new RegExp(background.endsPattern))
})

test("a mistake in devicescript.json appears in the problem list", () => {
    const mistake = {
        path: "pollSeconds",
        value: 0,
        problem: "is below 1",
        cure: "Write more.",
        line: 6,
        column: 20,
    }
    const { message } = new ConfigError("devicescript.json", [mistake])
    const match = new RegExp(pattern.regexp).exec(message.split("\n")[1]!)!
    expect(match[pattern.file]).toBe("devicescript.json")
    expect([match[pattern.line], match[pattern.column]]).toEqual(["6", "20"])
    expect(match[pattern.message]).toBe("pollSeconds = 0 is below 1. Write more.")
})
