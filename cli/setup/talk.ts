import { log } from "@clack/prompts"

/** What the set-up says on its way. With `--json` the last line alone goes to standard output. */
export interface Talk {
    /** Begins a step. */
    step(text: string): void
    say(text: string): void
    /** What the owner should know, without which it goes on. */
    warn(text: string): void
}

/** For a person at a terminal. */
export const onTerminal: Talk = {
    step: text => log.step(text),
    say: text => log.message(text),
    warn: text => log.warn(text),
}

/** Plain lines, for scripts and files. */
export function plainLines(stream: NodeJS.WritableStream): Talk {
    return {
        step: text => stream.write(`${text}\n`),
        say: text => stream.write(`${text.replace(/^/gm, "  ")}\n`),
        warn: text => stream.write(`! ${text}\n`),
    }
}
