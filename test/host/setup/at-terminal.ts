import { spawn } from "node:child_process"
import type { ProjectCopy } from "../start/npm-start"

export const CTRL_C = "\x03"
export const ENTER = "\r"
export const UP = "\x1b[A"
export const DOWN = "\x1b[B"

/** How long a question can take on a busy machine, in ms; nothing is measured with it. */
const PATIENCE_MS = 60_000

/** Runs a command of the project in a terminal that Python makes. */
export function atTerminal(project: ProjectCopy, script: string, ...args: string[]) {
    const wide = ["sh", "-c", 'stty cols 200 rows 50; exec "$@"', "sh"]
    const command = JSON.stringify([...wide, process.execPath, "cli/run.mjs", script, ...args])
    const code = `import pty, sys; sys.exit(pty.spawn(${command}) >> 8)`
    const child = spawn("python3", ["-c", code], { cwd: project.root, stdio: ["pipe", "pipe", "inherit"] })
    let shown = ""
    let all = ""
    child.stdout.setEncoding("utf8").on("data", text => {
        shown += text
        all += text
    })
    const ended = new Promise<number | null>(resolve => child.on("close", resolve))
    return {
        ended,
        /** Everything that was shown. */
        get shown() {
            return all
        },
        /** Waits for a question that has not been answered yet, and presses keys. */
        async answer(question: string, keys: string): Promise<void> {
            const deadline = Date.now() + PATIENCE_MS
            while (!shown.includes(question)) {
                if (child.exitCode !== null || Date.now() > deadline)
                    throw new Error(`no "${question}":\n${shown}`)
                await new Promise(resolve => setTimeout(resolve, 30))
            }
            shown = shown.slice(shown.indexOf(question) + question.length)
            child.stdin.write(keys)
        },
    }
}
