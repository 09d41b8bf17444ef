import type { GeneratedProgram } from "./generate"

/** What a file prints after all its programs have ended. */
export const LAST_LINE = "programs end"

/** The beginning of every file of generated programs. */
const HEAD = `import * as ds from "@devicescript/core"

/** Calls that a program may make. */
let supply = 0
let said: string[] = []

function say(text: string): void {
    if (said.length < 40) said.push(text.slice(0, 80))
}

function spend(): void {
    supply--
    if (supply < 0) throw new RangeError("no more calls")
}

function apply(callback: (n: number) => number, n: number): number {
    spend()
    return callback(n)
}

async function run(index: number, program: () => void): Promise<void> {
    supply = 60
    said = []
    try {
        program()
    } catch (e) {
        say("ended by " + (e as Error).message)
    }
    for (const text of said) console.log("program " + index + ": " + text)
    await ds.sleep(1)
}

`

/** Puts programs into one file. Each line that a program prints begins with the program's number. */
export function programFile(programs: readonly GeneratedProgram[]): string {
    const calls = programs.map(({ main }, i) => `await run(${i}, ${main})\n`)
    return `${HEAD}${programs.map(({ text }) => text).join("\n")}\n${calls.join("")}console.log("${LAST_LINE}")\n`
}
