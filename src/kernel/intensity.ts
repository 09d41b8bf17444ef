/**
 * OTP's restart intensity: how many restarts are tolerated within a period. Pure: the caller supplies the time.
 */
export class Intensity {
    private times: number[] = []

    /**
     * @param restarts how many are tolerated within the period
     * @param periodMs the period in ms
     */
    constructor(
        private readonly restarts: number,
        private readonly periodMs: number,
    ) {}

    /**
     * Counts a restart.
     * @param now monotonic time in ms
     * @returns whether it is still tolerated
     */
    record(now: number): boolean {
        const { periodMs } = this
        this.times = this.times.filter(t => now - t < periodMs)
        this.times.push(now)
        return this.times.length <= this.restarts
    }
}
