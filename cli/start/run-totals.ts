import { type Counters, newCounters } from "../../services/counters"

/** The program's counters in a whole run. Of `recovered`, only what its first start has found counts. */
export interface RunCounters extends Counters {
    /** Readings that were waiting when the program ended, and that its next start did not find. */
    readonly unsaved: number
}

/** Counters that only grow until the program starts again. */
const GROWING = ["readings", "accepted", "lineErrors", "uploadErrors", "requests", "bytesSent"] as const

/** Adds up the program's counters, which begin at 0 with each of its starts. */
export class RunTotals {
    private before: Readonly<Counters> | undefined
    private latest: Readonly<Counters> = newCounters()
    private unsaved = 0

    /** Notes what the program has reported. A counter that falls means that it has started again. */
    add(counters: Readonly<Counters>): void {
        const { latest } = this
        if (GROWING.some(name => counters[name] < latest[name])) {
            this.unsaved += Math.max(0, latest.queued - counters.recovered)
            this.before = this.sum
        }
        this.latest = counters
    }

    get counters(): RunCounters {
        return { ...this.sum, unsaved: this.unsaved }
    }

    private get sum(): Counters {
        const { before, latest } = this
        if (!before) return { ...latest }
        const names = Object.keys(latest) as (keyof Counters)[]
        const sums = names.map(name => [name, before[name] + latest[name]])
        const { recovered } = before
        return { ...(Object.fromEntries(sums) as Counters), recovered, queued: latest.queued }
    }
}
