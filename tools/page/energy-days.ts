import type { MeterEnergy } from "./messages"

/** A value further back than so much of the one before, in kWh, means that the counter has begun anew. */
const ROUNDING = 0.0005

interface Day {
    /** Midnight, in ms since the Unix epoch. */
    readonly begins: number
    /** When it was first looked at, in seconds since the Unix epoch. */
    readonly since: number
    kWh: number
}

/** Sums up what a meter counts, for each day of this computer's time zone. */
export class EnergyDays {
    private latest: number | undefined
    private today: Day | undefined
    private yesterday: Day | undefined

    /** @param isHeat see {@link MeterEnergy} */
    constructor(
        private readonly meter: string,
        private readonly isHeat: boolean,
    ) {}

    /**
     * @param time in seconds since the Unix epoch
     * @param kWh the meter's counter
     */
    add(time: number, kWh: number): void {
        const begins = new Date(time * 1000).setHours(0, 0, 0, 0)
        if (this.today?.begins !== begins) {
            this.yesterday = this.today && isDayBefore(this.today.begins, begins) ? this.today : undefined
            this.today = { begins, since: this.today ? begins / 1000 : time, kWh: 0 }
        }
        if (this.latest !== undefined) {
            // A counter that was reset has counted at least what it shows.
            this.today.kWh += kWh >= this.latest - ROUNDING ? Math.max(0, kWh - this.latest) : kWh
        }
        this.latest = kWh
    }

    /** `undefined` before the first value. */
    get days(): MeterEnergy | undefined {
        if (!this.today) return undefined
        const { kWh, since } = this.today
        const { meter, isHeat } = this
        return { meter, today: kWh, since, yesterday: this.yesterday?.kWh, isHeat }
    }
}

function isDayBefore(day: number, next: number): boolean {
    return new Date(next - 1).setHours(0, 0, 0, 0) === day
}
