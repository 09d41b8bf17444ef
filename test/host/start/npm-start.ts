import { type ChildProcess, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { projectRoot } from "../../../tools/project"

const PARTS = [
    ".env.defaults",
    "boards",
    "cli",
    "devicescript.json",
    "devicescript.schema.json",
    "devsconfig.json",
    "meters",
    "package.json",
    "page",
    "scenarios",
    "services",
    "sim",
    "src",
    "tools",
]

/**
 * A copy of the project without the developer's own settings, to start the command in. It shares the installed packages
 * and the compiled programs.
 */
export class ProjectCopy {
    private readonly running = new Set<Run>()

    private constructor(readonly root: string) {}

    /** @param files texts of files that differ from the project's, by path */
    static async make(files: Readonly<Record<string, string>> = {}): Promise<ProjectCopy> {
        const root = await mkdtemp(join(tmpdir(), "project-"))
        for (const part of PARTS) {
            const source = join(projectRoot, part)
            if (existsSync(source)) await cp(source, join(root, part), { recursive: true })
        }
        for (const shared of ["node_modules", ".devicescript"]) {
            await symlink(join(projectRoot, shared), join(root, shared))
        }
        for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text)
        return new ProjectCopy(root)
    }

    path(name: string): string {
        return join(this.root, name)
    }

    /** The lines of a file that `--record` has written. */
    async recorded(name: string): Promise<{ time: number; node: string; input: string; value: number }[]> {
        const text = await readFile(this.path(name), "utf8")
        return text
            .split("\n")
            .filter(Boolean)
            .map(line => JSON.parse(line))
    }

    /** Starts the command as npm does, without npm. */
    start(...args: string[]): Run {
        return this.run(process.execPath, ["cli/run.mjs", "cli/start/main.ts", ...args])
    }

    /** Starts another command of the project, for example `cli/setup/main.ts`. */
    command(script: string, ...args: string[]): Run {
        return this.run(process.execPath, ["cli/run.mjs", script, ...args])
    }

    /** Starts the command through npm, as a user does. */
    npmStart(...args: string[]): Run {
        return this.run("npm", ["start", "--silent", "--", ...args])
    }

    /** Ends the commands that still run, and removes the copy. */
    async remove(): Promise<void> {
        for (const run of this.running) run.kill()
        await rm(this.root, { recursive: true })
    }

    /** Starts any command in the copy, and ends it after some time. */
    run(command: string, args: string[], limitMs?: number): Run {
        const run = new Run(command, args, this.root, limitMs)
        this.running.add(run)
        void run.ended.then(() => this.running.delete(run))
        return run
    }
}

/** How a command ended, and everything that it printed. */
export interface Outcome {
    readonly code: number | null
    readonly stdout: string
    readonly stderr: string
}

/** Limit for a command in ms. One that hangs would otherwise take its test's whole time, and its output would be lost. */
const LIMIT_MS = 200_000

/** A command in a process group of its own, as in a terminal. */
export class Run {
    readonly ended: Promise<Outcome>
    private readonly child: ChildProcess
    private stdout = ""
    private stderr = ""

    constructor(command: string, args: string[], cwd: string, limitMs = LIMIT_MS) {
        this.child = spawn(command, args, { cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] })
        this.child.stdout!.on("data", data => {
            this.stdout += data
        })
        this.child.stderr!.on("data", data => {
            this.stderr += data
        })
        const limit = setTimeout(() => {
            this.stderr += `It did not end within ${limitMs} ms.`
            this.kill()
        }, limitMs)
        this.ended = new Promise(resolve => {
            this.child.on("close", code => {
                clearTimeout(limit)
                resolve({ code, stdout: this.stdout, stderr: this.stderr })
            })
        })
    }

    /** Everything printed so far. */
    get printedSoFar(): string {
        return this.stdout + this.stderr
    }

    /** Waits until the command has printed something. */
    async printed(text: string): Promise<void> {
        let over = false
        void this.ended.then(() => {
            over = true
        })
        while (!this.stdout.includes(text)) {
            if (over) throw new Error(`It ended without printing "${text}":\n${this.stdout}${this.stderr}`)
            await new Promise(resolve => setTimeout(resolve, 20))
        }
    }

    /** Sends a signal to the started process only. */
    signal(name: NodeJS.Signals): void {
        this.child.kill(name)
    }

    /** Sends SIGINT to the whole group, as a terminal does at Ctrl-C. */
    ctrlC(): void {
        process.kill(-this.child.pid!, "SIGINT")
    }

    /** Processes of the group that still exist. */
    async processes(): Promise<string[]> {
        const all = (await readdir("/proc")).filter(name => /^\d+$/.test(name))
        const group = await Promise.all(
            all.map(async pid => {
                const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")
                // pid (command) state parent group
                const [state, , ofGroup] = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
                return Number(ofGroup) === this.child.pid && state !== "Z" ? [pid] : []
            }),
        )
        return group.flat()
    }

    /** Ends the whole group at once, for a test that has failed. */
    kill(): void {
        try {
            process.kill(-this.child.pid!, "SIGKILL")
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error
        }
    }
}

/** The last line, read as JSON. */
export function lastLine({ stdout }: Outcome): Record<string, number> {
    return JSON.parse(stdout.trimEnd().split("\n").at(-1)!)
}
