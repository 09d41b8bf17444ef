import { spawn } from "node:child_process"
import { readdir } from "node:fs/promises"
import { createRequire } from "node:module"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { beforeAll, expect, test } from "vitest"
import { writeModelModules } from "../../../tools/meters/model-module"
import { projectRoot } from "../../../tools/project"

const server = createRequire(import.meta.url).resolve("typescript/lib/tsserver.js")

/** The folders in which the device's types hold. All their files are opened. */
const DEVICE = ["src", "services", "examples", "test/device", "bench/device", "tools/faulty-program/device"]
const COMPUTER = [
    "sim/clock.ts",
    "tools/image.ts",
    "cli/deploy.ts",
    "bench/main.ts",
    "test/host/clock.test.ts",
]

interface ServerEvent {
    readonly type: string
    readonly event: string
    readonly body: { readonly file: string; readonly diagnostics: readonly { readonly text: string }[] }
}

/** What VS Code underlines as an error when these files are open. */
async function underlined(files: readonly string[]): Promise<string[]> {
    const child = spawn(process.execPath, [server, "--disableAutomaticTypingAcquisition"], {
        cwd: projectRoot,
        stdio: ["pipe", "pipe", "inherit"],
    })
    const paths = files.map(file => join(projectRoot, file))
    let seq = 0
    const send = (command: string, body: object) =>
        child.stdin.write(`${JSON.stringify({ seq: ++seq, type: "request", command, arguments: body })}\n`)
    for (const file of paths) send("open", { file })
    send("geterr", { files: paths, delay: 0 })
    const found: string[] = []
    const looked = new Set<string>()
    try {
        for await (const line of createInterface(child.stdout)) {
            if (!line.startsWith("{")) continue
            const { type, event, body }: ServerEvent = JSON.parse(line)
            if (type !== "event") continue
            if (event === "requestCompleted") break
            if (event === "semanticDiag") looked.add(body.file)
            if (event !== "semanticDiag" && event !== "syntaxDiag") continue
            for (const { text } of body.diagnostics)
                found.push(`${body.file.slice(projectRoot.length + 1)}: ${text}`)
        }
    } finally {
        child.kill()
    }
    expect(looked.size).toBe(files.length)
    return found
}

beforeAll(() => writeModelModules(projectRoot))

test("the editor's TypeScript finds no errors in code for the device and this computer", async () => {
    const found = await Promise.all(
        DEVICE.map(async folder => {
            const names = await readdir(join(projectRoot, folder), { recursive: true })
            return names.filter(name => name.endsWith(".ts")).map(name => join(folder, name))
        }),
    )
    expect(await underlined([...found.flat(), ...COMPUTER])).toEqual([])
})
