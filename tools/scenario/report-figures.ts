/** The results of a scenario. A reading is all values of one meter at one time; the readings of all meters are counted. */
export interface Report {
    /** Readings that the program has taken. */
    readonly produced: number
    /** Readings in the server's feeds, with every value as the meter showed it. */
    readonly delivered: number
    /** Readings that are neither delivered nor thinned. */
    readonly lost: number
    /** Readings that the program removed to make room, and counted. */
    readonly thinned: number
    /** Lost readings that the program neither counted with a reason nor had only in memory when it ended. */
    readonly unexplained: number
    /** How often the server accepted a value for a time for which it already had another one. */
    readonly duplicated: number
    /** How often it accepted a row with the time and the values of an earlier one, which changes no feed. */
    readonly sentAgain: number
    /** Energy according to the feeds minus energy according to the meters. */
    readonly energyErrorWh: number
    /** Writes to the flash, and erased sectors, since the deployment. */
    readonly flashWrites: number
    readonly flashErases: number
    /** The largest live heap, measured twice an hour. */
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
    /** How often the program ended in a panic. */
    readonly panics: number
    /** Actors of the program without a heartbeat at the end. */
    readonly actorsLost: number
    /** Bytes of the log in the flash at the end. */
    readonly logBytes: number
    /** Records in that log that are older than the record before them. */
    readonly logDisorder: number
    /** This and the next two only with a heat meter; see `performance.ts`. */
    readonly cop?: number
    readonly copErrorPercent?: number
    readonly unpaired?: number
}
