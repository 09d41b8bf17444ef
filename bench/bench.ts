/** One measurement of the project, as `npm run bench` offers it. */
export interface Bench {
    /** What it is called on the command line. */
    readonly name: string
    /** What it measures, in a few words. */
    readonly subject: string
    /** How its figures come about, and which of them are exact. Plain sentences. */
    readonly method: string
    /** It takes so long that it only runs when it is named. */
    readonly onlyByName?: boolean
    measure(options?: BenchOptions): Promise<Result>
}

/** For benches that draw what they measure. */
export interface BenchOptions {
    /** How many. */
    readonly count?: number
    /** The first of the seeds that they are drawn by. */
    readonly seed?: number
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
