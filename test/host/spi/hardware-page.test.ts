import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { describe, expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import { boardIds, readBoard } from "../../../tools/wiring/boards"

const page = readFileSync(join(projectRoot, "docs/hardware.md"), "utf8")
const commands = [...page.matchAll(/^npx devs (.*)$/gm)].map(([, rest]) => rest!)
const cli = join(projectRoot, "node_modules/@devicescript/cli/built/devicescript-cli.cjs")

/** The CLI's help for a command and for its parent commands. */
async function help(...command: string[]): Promise<string> {
    const pages = command.map((_, i) =>
        promisify(execFile)(process.execPath, [cli, ...command.slice(0, i + 1), "--help"], {
            cwd: projectRoot,
        }),
    )
    return (await Promise.all(pages)).map(({ stdout }) => stdout).join("\n")
}

describe("docs/hardware.md", () => {
    test("uses only commands and options that the CLI knows", async () => {
        expect(commands.length).toBeGreaterThanOrEqual(2)
        const said = {
            "flash esp32": await help("flash", "esp32"),
            devtools: await help("devtools"),
            bundle: await help("bundle"),
        }
        for (const command of commands) {
            const [name, text] = Object.entries(said).find(([start]) => command.startsWith(`${start} `)) ?? []
            expect(name, command).toBeDefined()
            for (const [option] of command.matchAll(/--[a-z-]+/g))
                expect(text).toMatch(new RegExp(`${option}\\b`))
        }
    })

    test("lists exactly the existing boards, with their pins", () => {
        const rows = [...page.matchAll(/^\| .* \| `(emon_\w+)` \| (P\d+) \| (P\d+) \| (P\d+)? ?\|$/gm)]
        expect(rows.map(([, id]) => id).sort()).toEqual(
            boardIds(projectRoot)
                .filter(id => id.startsWith("emon_"))
                .sort(),
        )
        for (const [, id, txd, rxd, de] of rows) {
            const { pins } = readBoard(id!, projectRoot)
            expect([txd, rxd].map(pin => pins.get(pin!))).toEqual(["RS485_TXD", "RS485_RXD"])
            expect(de && pins.get(de)).toBe(pins.get("RS485_DE"))
        }
    })

    test("names boards that the CLI can flash", async () => {
        // Nothing is flashed: the CLI refuses the board, and lists the boards that it knows.
        const refusal = promisify(execFile)(process.execPath, [cli, "flash", "esp32", "--board", "none"], {
            cwd: projectRoot,
        })
        const { stdout, stderr } = await refusal.then(
            () => expect.fail("a board that is not there was accepted"),
            error => error as { stdout: string; stderr: string },
        )
        expect(stdout + stderr).toContain("invalid board id: none")
        const named = commands.flatMap(command => /--board (\w+)/.exec(command)?.[1] ?? [])
        const wired = boardIds(projectRoot).filter(id => id.startsWith("emon_"))
        for (const id of [...named, ...wired]) expect(stdout + stderr).toContain(`--board ${id} `)
    })

    test("quotes the self-test's real output", () => {
        const source = readFileSync(join(projectRoot, "src/programs/selftest.ts"), "utf8")
        for (const phrase of page.match(/(?<=step \d of 6: ).*$/gm)!) expect(source).toContain(phrase)
    })
})
