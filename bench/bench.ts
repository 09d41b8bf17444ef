/** One measurement of the project, as `npm run bench` offers it. */
export interface Bench {
    /** What it is called on the command line. */
    readonly name: string
    /** What it measures, in a few words. */
    readonly subject: string
    /** How its figures come about, and which of them are exact. Plain sentences. */
    readonly method: string
    measure(): Promise<Result>
}

/** What a bench has found. */
export interface Result {
    /** For `--json`. Names end with the unit. */
    readonly figures: object
    /** The same for a reader. */
    readonly tables: readonly Table[]
}

/** Rows below their headings; numbers stand to the right. */
export interface Table {
    readonly columns: readonly string[]
    readonly rows: readonly (readonly (string | number)[])[]
}
