/** What a command came to. */
export interface CommandOutcome {
    readonly done: boolean
    /** What the program said of it, line by line; the last one is the result. */
    readonly said: string[]
}
