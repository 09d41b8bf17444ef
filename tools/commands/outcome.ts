/** The result of a command. */
export interface CommandOutcome {
    readonly done: boolean
    /** What the program reported, line by line; the last line is the result. */
    readonly said: string[]
}
