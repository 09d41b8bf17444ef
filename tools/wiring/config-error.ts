/** A mistake in a configuration file. */
export interface Mistake {
    /** Location in the file, for example `meters[0].address`; empty for the file as a whole. */
    readonly path: string
    /** The value that is written there; `undefined` if there is none. */
    readonly value?: unknown
    /** What is wrong with it, as the end of a sentence that begins with path and value. */
    readonly problem: string
    /** What the owner can do about it, one or more sentences. */
    readonly cure: string
    /** Line and column in the file, from 1; `undefined` if the configuration did not come from a file. */
    readonly line?: number
    readonly column?: number
}

/** Thrown when a configuration cannot be used. Contains all mistakes that were found, not only the first. */
export class ConfigError extends Error {
    /**
     * @param file name of the file, as the owner knows it
     * @param mistakes at least one
     */
    constructor(
        readonly file: string,
        readonly mistakes: readonly Mistake[],
    ) {
        const count = mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`
        super(`${file} has ${count}:\n${mistakes.map(mistake => describe(file, mistake)).join("\n")}`)
        this.name = "ConfigError"
    }
}

/** Begins with `file:line:column:`, which terminals and editors turn into a link. */
function describe(file: string, mistake: Mistake): string {
    const { path, value, problem, cure, line, column } = mistake
    const position = line === undefined ? "" : `${file}:${line}:${column}: `
    const place = [path, value === undefined ? "" : abbreviate(value)].filter(s => s).join(" = ")
    return `  ${position}${place}${place ? " " : ""}${problem}. ${cure}`
}

const LONGEST_VALUE = 60

function abbreviate(value: unknown): string {
    const text = JSON.stringify(value)
    return text.length > LONGEST_VALUE ? text.slice(0, LONGEST_VALUE - 1) + "…" : text
}
