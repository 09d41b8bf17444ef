import type { Point } from "../../sim/emoncms/inputs"
import { readingFields } from "../meters/statistic-fields"
import type { Wiring } from "../wiring/config"

/** What happened to the readings of a run. */
export interface Balance {
    /** Number of readings that the program took. */
    readonly taken: number
    /** How many of them the server never accepted. */
    readonly missing: number
    /** Readings that the server accepted with values or a time that no reading of a meter has. */
    readonly wrong: number
    /** Values that the server accepted twice for the same time. */
    readonly duplicated: number
}

interface Told {
    readonly at: number
    readonly values: string
}

/** A reading in the log: the meter's name, and its values. */
const READING = /^(\S+): ((?:[a-z][a-z_\d]* )?-?\d.*)$/

/** How far a reading's time may be from that of its log line, in addition to half an interval, in s. */
const TOLERANCE = 5

/** The first readings of a meter are logged only when another one has confirmed them, this many seconds later. */
const CONFIRMED_AFTER = 10
/** Maximum number of intervals until this confirmation if a round has no time for all meters. */
const LATEST_CONFIRMED = 4
/** Readings logged less than this apart were held back until confirmed, in s. */
const TOGETHER = 0.5

/** Compares the readings that the program logged with those that the server accepted, meter by meter. */
export class Account {
    private readonly tellings: Map<string, Told[]>
    private readonly rows: Map<string, Map<number, Map<string, number | null>>>
    private doubles = 0

    constructor(private readonly wiring: Wiring) {
        this.tellings = new Map(wiring.meters.map(({ name }) => [name, []]))
        this.rows = new Map(wiring.meters.map(({ name }) => [name, new Map()]))
    }

    /**
     * Takes a line that the program has printed.
     * @param time time of the line in ms
     */
    told(text: string, time: number): void {
        const [, name, values] = READING.exec(text) ?? []
        if (values === undefined) return
        this.tellings.get(name!)?.push({ at: time / 1000, values: numbersIn(values) })
    }

    accepted({ input, time, value }: Point): void {
        const { meters, uploaded } = this.wiring
        const index = meters.findIndex(
            ({ name }, i) =>
                (meters.length === 1 || input.startsWith(`${name}_`)) && this.inputAt(i, input) >= 0,
        )
        if (index < 0) return
        const rows = this.rows.get(meters[index]!.name)!
        const row = rows.get(time) ?? new Map<string, number | null>()
        rows.set(time, row)
        const field = uploaded[index]![this.inputAt(index, input)]!.name
        if (row.has(field)) this.doubles++
        row.set(field, value)
    }

    /** How many readings the program has logged. */
    get taken(): number {
        return [...this.tellings.values()].reduce((sum, told) => sum + told.length, 0)
    }

    /** @param until time in ms; later readings are not counted */
    balance(until: number): Balance {
        let taken = 0
        let missing = 0
        let wrong = 0
        this.wiring.meters.forEach(({ name }, index) => {
            const told = this.tellings.get(name)!
            const left = told.map(({ values }) => values)
            const rows = [...this.rows.get(name)!].sort(([a], [b]) => a - b)
            const matched = new Set<number>()
            let from = 0
            const { pollSeconds } = this.wiring
            const early = pollSeconds / 2 + TOLERANCE
            const latest = early + Math.max(pollSeconds, CONFIRMED_AFTER)
            const latestHeld = early + LATEST_CONFIRMED * Math.max(pollSeconds, CONFIRMED_AFTER)
            const isHeld = (i: number) => i + 1 < told.length && told[i + 1]!.at - told[i]!.at < TOGETHER
            for (const [time, row] of rows) {
                const values = this.asTold(index, row)
                const isSame = (one: string, i: number) => i >= from && !matched.has(i) && one === values
                const isInTime = (i: number) => {
                    const late = told[i]!.at - time
                    return late >= -early && late <= (isHeld(i) ? latestHeld : latest)
                }
                // Several readings can have the same values, and some may have been downsampled: take the one of this time.
                const at = left.findIndex((one, i) => isSame(one, i) && isInTime(i))
                if (at < 0) {
                    wrong++
                    continue
                }
                matched.add(at)
                from = Math.max(from, at - 1)
            }
            const counted = told.filter(({ at }) => at * 1000 <= until)
            taken += counted.length
            missing += counted.filter((_, i) => !matched.has(i)).length
        })
        return { taken, missing, wrong, duplicated: this.doubles }
    }

    private inputAt(index: number, input: string): number {
        const { meters, uploaded } = this.wiring
        const prefix = meters.length > 1 ? `${meters[index]!.name}_` : ""
        return uploaded[index]!.findIndex(({ name }) => prefix + name === input)
    }

    /** A row as the log would show it: numbers in the meter's own units, with its own decimals. */
    private asTold(index: number, row: ReadonlyMap<string, number | null>): string {
        const meter = this.wiring.meters[index]!
        const chosen = readingFields(meter.facts, meter)
        const numbers = this.wiring.uploaded[index]!.map(({ name, scale }, i) => {
            const value = row.get(name)
            return value == null ? "" : String(Math.round(value * 10 ** scale) / 10 ** chosen[i]!.decimals)
        })
        return numbers.filter(text => text !== "").join(" ")
    }
}

function numbersIn(text: string): string {
    return text
        .split(", ")
        .map(part => /-?\d+(\.\d+)?/.exec(part.replace(/^[a-z_]+\d* /, ""))?.[0])
        .filter(number => number !== undefined)
        .map(number => String(Number(number)))
        .join(" ")
}
