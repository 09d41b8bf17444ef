/** What came of a scenario. A reading is all values of one meter at one time; those of all meters are counted. */
export interface Report {
    /** Readings that the program took. */
    readonly produced: number
    /** Those of them that the server's feeds hold, every value as the meter showed it. */
    readonly delivered: number
    /** Those that are neither delivered nor thinned. */
    readonly lost: number
    /** Those that the program gave up to make room, and counted. */
    readonly thinned: number
    /** Those of the lost that the program has neither counted with a reason nor had only in its memory when it ended. */
    readonly unexplained: number
    /** How often the server took values for a time for which it had some already. */
    readonly duplicated: number
    /** Energy by the feeds, less energy by the meters' own account. */
    readonly energyErrorWh: number
    /** Writes to the flash, and sectors erased for them, after the deployment. */
    readonly flashWrites: number
    readonly flashErases: number
    /** The largest live heap that was seen, looking twice an hour. */
    readonly maxRamBytes: number
    /** HTTP requests that reached the server. */
    readonly requests: number
    /** Poll slots without a reading: the device or a meter had no power, or the line was disturbed. */
    readonly unread: number
    /** Points in the feeds that no meter showed within an hour of their time. */
    readonly wrong: number
    /** The largest distance between a reading and its point's time, in s. */
    readonly timeErrorS: number
    /** Resets of the chip without a power cut. */
    readonly resets: number
    /** Programs that ended in a panic. */
    readonly panics: number
    /** Actors of the program that show no heartbeat at the end. */
    readonly actorsLost: number
    /** Bytes of the log in the flash at the end. */
    readonly logBytes: number
    /** Records of that log that are older than the one before them. */
    readonly logDisorder: number
    /** Only with a heat meter; see `performance.ts`. */
    readonly cop?: number
    readonly copErrorPercent?: number
    readonly unpaired?: number
}
