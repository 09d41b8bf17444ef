import { type ChildProcess, fork } from "node:child_process"
import { mkdtempSync, realpathSync, rmSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** How a run of the compiler ended, and what it printed. */
export interface CompilerRun {
    readonly exitCode: number
    readonly output: string
}

/** Thrown when the compiler's process exits on its own. */
export class CompilerLostError extends Error {
    constructor(readonly exitCode: number | null) {
        super(`DeviceScript's compiler ended unexpectedly (${exitCode})`)
        this.name = "CompilerLostError"
    }
}

const PROGRAM = fileURLToPath(new URL("compiler-process.cjs", import.meta.url))

/** More processes would only compete for the CPU. */
const MAX_PROCESSES = Math.min(2, availableParallelism())

/** The compiler leaks some 4 MB per run, so a process is replaced after this many runs. */
const RUNS_OF_A_PROCESS = 80

/** Room for new objects, in MB. With the usual 16, a tenth more time goes into moving around those that a run still needs. */
const NEW_SPACE = 32

/** A process with DeviceScript's compiler already loaded. */
export class Compiler {
    runs = 0

    /** @param folder the process's own, which it removes at its end; what a run leaves there speeds up the next one */
    constructor(
        private readonly process: ChildProcess,
        readonly folder: string,
    ) {}

    get isAlive(): boolean {
        return this.process.connected
    }

    /**
     * Runs the compiler in a folder.
     * @throws CompilerLostError
     */
    run(args: readonly string[], cwd = this.folder): Promise<CompilerRun> {
        this.runs++
        return ask(this.process, { args, cwd })
    }

    end(): void {
        if (this.isAlive) this.process.disconnect()
        else rmSync(this.folder, { recursive: true, force: true })
    }
}

/** Processes with DeviceScript's compiler already loaded. They do not keep this program alive, and they exit with it. */
export class CompilerPool {
    private readonly idle: Compiler[] = []
    private readonly waiting: ((compiler: Compiler) => void)[] = []
    private count = 0

    /**
     * @param cli path of the DeviceScript command line tool
     * @param version of the tool
     * @param memory path of a file in which the processes remember which sources have passed the type check
     */
    constructor(
        private readonly cli: string,
        private readonly version: string,
        private readonly memory: string,
    ) {}

    /** Lends a compiler for some work. */
    async use<T>(work: (compiler: Compiler) => Promise<T>): Promise<T> {
        const compiler = await this.take()
        try {
            return await work(compiler)
        } finally {
            this.put(compiler)
        }
    }

    private async take(): Promise<Compiler> {
        for (let compiler = this.idle.pop(); compiler; compiler = this.idle.pop()) {
            if (compiler.isAlive) return compiler
            compiler.end()
            this.count--
        }
        if (this.count >= MAX_PROCESSES) return new Promise(resolve => this.waiting.push(resolve))
        this.count++
        return this.start()
    }

    private start(): Compiler {
        const folder = realpathSync(mkdtempSync(join(tmpdir(), "emonscript-")))
        const env = { ...process.env, NO_UPDATE_NOTIFIER: "1" }
        const child = fork(PROGRAM, [this.cli, this.version, this.memory, folder], {
            env,
            execArgv: [`--min-semi-space-size=${NEW_SPACE}`, `--max-semi-space-size=${NEW_SPACE}`],
            stdio: "ignore",
        })
        child.unref()
        child.channel?.unref()
        return new Compiler(child, folder)
    }

    private put(compiler: Compiler): void {
        let next: Compiler | undefined = compiler
        if (compiler.runs >= RUNS_OF_A_PROCESS || !compiler.isAlive) {
            compiler.end()
            next = this.waiting.length > 0 ? this.start() : undefined
        }
        const first = this.waiting.shift()
        if (!next) this.count--
        else if (first) first(next)
        else this.idle.push(next)
    }
}

function ask(child: ChildProcess, job: { args: readonly string[]; cwd: string }): Promise<CompilerRun> {
    return new Promise((resolve, reject) => {
        const answered = (run: CompilerRun) => {
            stop()
            resolve(run)
        }
        const lost = (exitCode: number | null) => {
            stop()
            reject(new CompilerLostError(exitCode))
        }
        const stop = () => {
            child.off("message", answered)
            child.off("exit", lost)
            child.channel?.unref()
            child.unref()
        }
        child.on("message", answered)
        child.on("exit", lost)
        child.ref()
        child.channel?.ref()
        child.send(job)
    })
}
