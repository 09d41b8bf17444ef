import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import { projectRoot } from "../../tools/project"

/** How much of a program's output is kept in case it fails, in characters. */
const KEPT = 4000

const RUN = join(projectRoot, "cli/run.mjs")

/** Another program of this project, run as a child process of the set-up. */
export class Child {
    /** Resolves to the exit code; `undefined` if a signal ended the program. */
    readonly ended: Promise<number | undefined>
    /** The end of its output, including standard error. */
    said = ""
    /** Its complete standard output. */
    output = ""
    private readonly process: ChildProcess

    /**
     * @param script TypeScript file in the project, for example `cli/start/main.ts`
     * @param secrets environment variables that other users of the computer cannot see, unlike arguments
     */
    constructor(script: string, args: readonly string[], secrets: Readonly<Record<string, string>> = {}) {
        const options = process.execArgv.filter(arg => !arg.startsWith("--inspect"))
        const node = [...options, RUN, script, ...args]
        this.process = spawn(process.execPath, node, {
            cwd: projectRoot,
            env: { ...process.env, ...secrets },
            stdio: ["ignore", "pipe", "pipe"],
        })
        for (const stream of [this.process.stdout, this.process.stderr]) {
            stream?.setEncoding("utf8").on("data", (text: string) => {
                this.said = (this.said + text).slice(-KEPT)
                if (stream === this.process.stdout) this.output += text
            })
        }
        this.ended = new Promise((resolve, reject) => {
            this.process.once("error", reject)
            this.process.once("close", code => resolve(code ?? undefined))
        })
    }

    /** Asks the program to end, and waits until it has. */
    async stop(): Promise<void> {
        this.process.kill("SIGTERM")
        await this.ended
    }
}
