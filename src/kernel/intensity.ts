/**
 * OTP's restart intensity: how many restarts within a period are borne. Pure: the caller brings the time.
 */
export class Intensity {
    private times: number[] = []

    /**
     * @param restarts that are still borne within the period
     * @param periodMs the period in ms
     */
    constructor(
        private readonly restarts: number,
        private readonly periodMs: number,
    ) {}

    /**
     * Counts one more.
     * @param now monotonic time in ms
     * @returns whether it is still borne
     */
    record(now: number): boolean {
        const { periodMs } = this
        this.times = this.times.filter(t => now - t < periodMs)
        this.times.push(now)
        return this.times.length <= this.restarts
    }
}
