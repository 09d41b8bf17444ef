import { type Counters, newCounters } from "../../services/counters"
import type { Point } from "../../sim/emoncms/inputs"
import type { LogLine } from "../../sim/vm/device"
import type { Showing, Witness } from "./witness"

/** A reading that the program has taken. */
export interface Taken {
    readonly meter: string
    /** When the meter answered, in ms of true time. */
    readonly at: number
    /** What the meter showed in that answer. */
    readonly values: Showing["values"]
}

/** How long after the meter's answer the program may log the reading, in ms. */
const TOLD_WITHIN_MS = 2000

/** Most answers to one poll: to the request and to its repetition. */
const MOST_ANSWERS = 2

/** A reading in the program's log: the meter's name, and its values. */
const READING = /^(\S+): (-?\d+(?:\.\d+)? [^ ,]+, .*)$/

/** Most readings that the program may hold back until a later one continues their counter: ten seconds' worth. */
const MOST_HELD = 16

/** Records what the program logged, and what the server accepted. */
export class Journal {
    readonly taken: Taken[] = []
    /** Warnings and errors. */
    readonly trouble: LogLine[] = []
    /** How often the program ended in a panic. */
    panics = 0
    /** Values for a time for which the server already had another one, counted on all inputs of every meter. */
    duplicates = 0
    /** Values that the server already had for their time, counted on one input of every meter. They change no feed. */
    repeats = 0
    /** The latest value for each time, by input. */
    private readonly accepted = new Map<string, Map<number, number | null>>()
    /** Readings that were waiting when a run of the program ended, and that the next run did not recover. */
    unsaved = 0
    /** The program's counters, followed by the sums of earlier runs. */
    private counters: Readonly<Counters> = newCounters()
    private readonly before = { thinned: 0, dropped: 0, presumed: 0 }

    /** Readings that the program has counted as thinned out, in all runs. */
    get thinned(): number {
        return this.before.thinned + this.counters.thinned
    }

    /** Readings that the program has counted as dropped, with a reason. */
    get dropped(): number {
        return this.before.dropped + this.counters.dropped
    }

    /** Readings that the program presumes to be delivered. */
    get presumed(): number {
        return this.before.presumed + this.counters.presumed
    }

    hear(entry: LogLine, witnesses: readonly Witness[]): void {
        const { level, text, time } = entry
        if (level === "warn" || level === "error") this.trouble.push(entry)
        if (level !== "info") return
        const [, meter, values = ""] = READING.exec(text) ?? []
        const showings = witnesses.find(({ name }) => name === meter)?.showings ?? []
        const shown = showings.slice(-MOST_ANSWERS).filter(({ at }) => at >= time - TOLD_WITHIN_MS)
        const isTold = ({ told }: Showing) => `${values}, `.startsWith(`${told}, `)
        // A late answer to the first request counts as much as an answer to its repetition.
        const showing = shown.findLast(isTold) ?? this.held(meter, showings).find(isTold) ?? shown.at(-1)
        if (meter === undefined || !showing) return
        this.taken.push({ meter, at: showing.at, values: showing.values })
    }

    /** A meter's latest answers that the program has not logged. */
    private held(meter: string | undefined, showings: readonly Showing[]): Showing[] {
        const told = new Set(
            this.taken
                .slice(-MOST_HELD * 32)
                .filter(t => t.meter === meter)
                .map(({ at }) => at),
        )
        return showings.slice(-MOST_HELD).filter(({ at }) => !told.has(at))
    }

    programStopped(code: number): void {
        if (code !== 0) this.panics++
    }

    /** Notes the program's counters, which start from 0 when the program restarts. */
    count(counters: Readonly<Counters>): void {
        const { before, counters: last } = this
        if (counters.readings < last.readings) {
            before.thinned += last.thinned
            before.dropped += last.dropped
            before.presumed += last.presumed
            this.unsaved += Math.max(0, last.queued - counters.recovered)
        }
        this.counters = counters
    }

    /**
     * Notes a value of a meter's input.
     * @param isFirst whether the input is the first one of its meter, on which repeats are counted
     */
    serverTook({ input, time, value }: Omit<Point, "node">, isFirst: boolean): void {
        const values = this.accepted.get(input) ?? new Map<number, number | null>()
        this.accepted.set(input, values)
        if (values.has(time)) {
            if (values.get(time) !== value) this.duplicates++
            else if (isFirst) this.repeats++
        }
        values.set(time, value)
    }
}
