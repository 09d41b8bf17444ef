import type { MeterEnergy } from "./messages"

/** If the counter drops by more than this, in kWh, it was reset. */
const ROUNDING = 0.0005

interface Day {
    /** Midnight, in ms since the Unix epoch. */
    readonly begins: number
    /** When counting began, in seconds since the Unix epoch: at midnight, or on the first day with the first value. */
    readonly since: number
    kWh: number
}

/** A meter's energy of today and yesterday, by the days of this computer's time zone. */
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
            // After a reset, at least the amount that the counter shows was used.
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
