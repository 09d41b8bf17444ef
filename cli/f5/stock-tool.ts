import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { projectRoot } from "../../tools/project"

const CLI = join(projectRoot, "node_modules/@devicescript/cli/built/devicescript-cli.cjs")

/** One of DeviceScript's tools ended too early. */
export class ToolEnded extends Error {
    constructor(
        readonly tool: string,
        readonly lines: readonly string[],
    ) {
        super(`devs ${tool} has ended:\n${lines.join("\n")}`)
        this.name = "ToolEnded"
    }
}

/** How many of the last lines are kept, to show why a tool ended. */
const LAST_LINES = 20
const KILL_MS = 3000

/** One of DeviceScript's own tools, in a process of its own. */
export class StockTool {
    /** Resolves when the process has ended, for whatever reason. */
    readonly ended: Promise<unknown>
    private readonly child: ChildProcess
    private readonly lines: string[] = []
    private readonly listeners = new Set<(line: string) => void>()
    private isOver = false

    /**
     * @param args arguments of `devs`; the first one is the tool's name
     * @param imports modules in this folder that the process imports first
     */
    constructor(
        private readonly args: readonly string[],
        imports: readonly string[] = [],
    ) {
        const node = imports.flatMap(name => ["--import", new URL(name, import.meta.url).href])
        this.child = spawn(process.execPath, [...node, CLI, ...args], {
            cwd: projectRoot,
            stdio: ["ignore", "pipe", "pipe"],
        })
        this.ended = once(this.child, "close").then(() => {
            this.isOver = true
        })
        for (const stream of [this.child.stdout!, this.child.stderr!])
            createInterface({ input: stream }).on("line", line => this.hear(line))
    }

    /** Calls back for every line that the tool prints. */
    onLine(listener: (line: string) => void): void {
        this.listeners.add(listener)
    }

    /**
     * Waits for a line that matches, or returns a recent one.
     * @throws ToolEnded
     */
    async printed(pattern: RegExp): Promise<string> {
        return new Promise((resolve, reject) => {
            const found = this.lines.find(line => pattern.test(line))
            if (found !== undefined) return resolve(found)
            this.onLine(line => {
                if (pattern.test(line)) resolve(line)
            })
            void this.ended.then(() => reject(new ToolEnded(this.args[0]!, this.lines)))
        })
    }

    async end(): Promise<void> {
        if (this.isOver) return
        this.child.kill("SIGTERM")
        const late = setTimeout(() => this.child.kill("SIGKILL"), KILL_MS)
        await this.ended
        clearTimeout(late)
    }

    private hear(line: string): void {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: colors
        const plain = line.replace(/\x1b\[[0-9;]*m/g, "")
        this.lines.push(plain)
        if (this.lines.length > LAST_LINES) this.lines.shift()
        for (const listener of this.listeners) listener(plain)
    }
}
