import type { Clock } from "../clock"
import type { Flow, Load } from "./load"

/** The measuring chip's results of one refresh. */
export interface Measurement extends Flow {
    /** 0 to 1, without a sign */
    readonly powerFactor: number
    /** Wh, whole */
    readonly imported: number
    /** Wh, whole */
    readonly exported: number
    /** Heat that was delivered, in Wh with its fraction; heat that is taken back is not subtracted. */
    readonly heatWh: number
    /** Water that has passed, in liters with the fraction. */
    readonly liters: number
}

/** Thresholds below which a meter reads 0. */
export interface StartingValues {
    /** Below this current, in A, current and power read 0. */
    readonly current: number
    /** Below this power, in W, power reads 0. */
    readonly power: number
}

/** The chip measures once a second; its registers do not change in between. */
const REFRESH_MS = 1000

/** The counters start again at 0 after 9999.999 kWh. */
const RANGE_WH = 10_000_000

/** Counters are integers in units of 0.1 Ws, so that no rounding error accumulates. */
const UNITS_PER_WH = 36_000

/**
 * The measuring half of a meter: samples its load once a second and counts energy, whether or not anyone asks.
 *
 * It is not documented what a PZEM does above 9999.99 kWh. This one starts again at 0, which demands more of its reader
 * than a counter that stops.
 */
export class Metrology {
    private importedUnits: number
    private exportedUnits = 0
    private refreshed: number
    private latest: Measurement
    private running = true
    private heatWs = 0
    private liters = 0

    /** @param energyWh energy imported before */
    constructor(
        private readonly clock: Clock,
        private readonly load: Load,
        private readonly starting: StartingValues,
        energyWh: number,
    ) {
        this.importedUnits = Math.round(energyWh * UNITS_PER_WH)
        this.refreshed = clock.now()
        this.latest = this.withCounters(this.look())
    }

    /** The current content of the registers. */
    read(): Measurement {
        this.catchUp()
        return this.latest
    }

    /** Energy taken from the supply since the last reset, in Wh with its fraction. */
    get imported(): number {
        this.catchUp()
        return this.importedUnits / UNITS_PER_WH
    }

    /** Energy given back since the last reset, in Wh with its fraction. */
    get exported(): number {
        this.catchUp()
        return this.exportedUnits / UNITS_PER_WH
    }

    /** Sets all counters to 0. The registers show it at the next refresh. */
    reset(): void {
        this.catchUp()
        this.importedUnits = 0
        this.exportedUnits = 0
        this.heatWs = 0
        this.liters = 0
    }

    /** Loses its supply: the counters keep their values. */
    stop(): void {
        this.catchUp()
        this.running = false
    }

    /** Gets its supply back, and takes a first measurement. */
    start(): void {
        this.running = true
        this.refreshed = this.clock.now()
        this.latest = this.withCounters(this.look())
    }

    private catchUp(): void {
        if (!this.running) return
        const now = this.clock.now()
        let seen: Flow | undefined
        while (this.refreshed + REFRESH_MS <= now) {
            this.refreshed += REFRESH_MS
            seen = this.look()
            this.add(seen.power)
            this.heatWs += (Math.max(seen.heat?.power ?? 0, 0) * REFRESH_MS) / 1000
            this.liters += ((seen.heat?.flow ?? 0) * REFRESH_MS) / 3_600_000
        }
        if (seen) this.latest = this.withCounters(seen)
    }

    private look(): Flow {
        const flow = this.load(this.refreshed)
        const flows = Math.abs(flow.current) >= this.starting.current
        const works = flows && Math.abs(flow.power) >= this.starting.power
        return { ...flow, current: flows ? flow.current : 0, power: works ? flow.power : 0 }
    }

    /** Counts the energy of one refresh interval at this power. */
    private add(power: number): void {
        const units = Math.round((Math.abs(power) * 10 * REFRESH_MS) / 1000)
        const range = RANGE_WH * UNITS_PER_WH
        if (power < 0) this.exportedUnits = (this.exportedUnits + units) % range
        else this.importedUnits = (this.importedUnits + units) % range
    }

    private withCounters(seen: Flow): Measurement {
        const apparent = seen.voltage * Math.abs(seen.current)
        return {
            ...seen,
            powerFactor: apparent === 0 ? 0 : Math.min(1, Math.abs(seen.power) / apparent),
            imported: Math.floor(this.importedUnits / UNITS_PER_WH),
            exported: Math.floor(this.exportedUnits / UNITS_PER_WH),
            heatWh: this.heatWs / 3600,
            liters: this.liters,
        }
    }
}
