/** A measurement that `npm run bench` offers. */
export interface Bench {
    /** Name on the command line. */
    readonly name: string
    /** What it measures, in a few words. */
    readonly subject: string
    /** How the figures are obtained, and which of them are exact. Plain sentences. */
    readonly method: string
    /** Runs only when named, because it takes long. */
    readonly onlyByName?: boolean
    measure(options?: BenchOptions): Promise<Result>
}

/** For benches that measure many cases. */
export interface BenchOptions {
    /** Number of random cases, or the number of cases from a list, all by default. */
    readonly count?: number
    /** Seed of the first random case. */
    readonly seed?: number
    /** Whether to measure the random cases that once failed. */
    readonly failed?: boolean
}

/** Result of a bench. */
export interface Result {
    /** For `--json`. Names end with the unit. */
    readonly figures: object
    /** The same for human readers. */
    readonly tables: readonly Table[]
}

/** Rows under column headings. Columns of numbers are right-aligned; an empty text stands for a missing one. */
export interface Table {
    readonly columns: readonly string[]
    readonly rows: readonly (readonly (string | number)[])[]
}
