import { mayWriteFeeds } from "./feed-writers"

/** One step of a process list. */
export interface Step {
    /** EmonCMS's name for it, for example `process__log_to_feed`. */
    readonly process: string
    /** Usually one. `NaN` stands for a text. */
    readonly args: readonly number[]
}

/** Writes the value into a feed. */
export const LOG = "process__log_to_feed"
/** Like {@link LOG}, but fills gaps with a straight line; from 10.1.11 on. */
export const LOG_JOIN = "process__log_to_feed_join"
/** Multiplies the value. */
export const SCALE = "process__scale"

/** The numbers of processes in stored lists. */
const NUMBERS = new Map([
    [LOG, 1],
    [SCALE, 2],
    [LOG_JOIN, 65],
])
const NAMES = new Map([...NUMBERS].map(([name, number]) => [String(number), name]))

/** Parses a stored list such as `1:3,2:0.001,65:2`, with numbers or names. Unknown processes keep theirs. */
export function parseProcessList(stored: string): Step[] {
    if (stored === "") return []
    return stored.split(",").map(step => {
        const [key = "", ...args] = step.split(":")
        return { process: NAMES.get(key) ?? key, args: args.map(Number) }
    })
}

/** The forms of a list, newest EmonCMS first. Every version accepts one form; not all of them reject the others. */
export function spellings(steps: readonly Step[]): string[] {
    const pairs = (key: (process: string) => string | number) =>
        steps.map(({ process, args }) => [key(process), ...args].join(":")).join(",")
    return [
        JSON.stringify(steps.map(({ process, args }) => ({ fn: process, args }))),
        pairs(process => process),
        pairs(process => NUMBERS.get(process) ?? process),
    ]
}

export function sameSteps(one: readonly Step[], other: readonly Step[]): boolean {
    const text = (steps: readonly Step[]) =>
        steps.map(({ process, args }) => [process, ...args].join(":")).join()
    return text(one) === text(other)
}

/**
 * The feed into which a list writes the input's value times `factor`; `undefined` if there is none, or if the list does
 * something else first.
 */
export function feedOf(steps: readonly Step[], factor: number): number | undefined {
    let scaled = 1
    for (const {
        process,
        args: [argument = Number.NaN],
    } of steps) {
        if (process === LOG || process === LOG_JOIN) {
            if (Math.abs(scaled - factor) < factor * 1e-9) return argument
        } else if (process === SCALE) scaled *= argument
        else return undefined
    }
    return undefined
}

/** All feeds into which a list may write. A process that is not known to leave feeds alone counts as a writer. */
export function feedsOf(steps: readonly Step[]): number[] {
    return steps.filter(({ process }) => mayWriteFeeds(process)).flatMap(({ args }) => args)
}
