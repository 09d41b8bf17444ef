import { log } from "@clack/prompts"

/** Messages of the set-up. With `--json`, only the last line goes to standard output. */
export interface Talk {
    /** Announces a step. */
    step(text: string): void
    say(text: string): void
    /** Something that the owner should know, but that does not stop the set-up. */
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
