import type { Points } from "./messages"

/** Two and a half days at one reading every ten seconds. */
const MOST_SAMPLES = 22_000
/** How many of the oldest samples are removed at once when there are too many. */
const CHUNK = 2000

/** The values of a meter over time, with a column for every quantity. */
export class Track {
    private times: number[] = []
    private readonly columns = new Map<string, (number | null)[]>()

    /**
     * @param time in seconds since the Unix epoch, later than all before
     * @param values `undefined` while they are unknown
     */
    add(time: number, values: Readonly<Record<string, number>> | undefined): void {
        for (const quantity of Object.keys(values ?? {})) {
            if (!this.columns.has(quantity))
                this.columns.set(
                    quantity,
                    this.times.map(() => null),
                )
        }
        this.times.push(time)
        for (const [quantity, column] of this.columns) column.push(values?.[quantity] ?? null)
        if (this.times.length <= MOST_SAMPLES) return
        this.times.splice(0, CHUNK)
        for (const column of this.columns.values()) column.splice(0, CHUNK)
    }

    get quantities(): string[] {
        return [...this.columns.keys()]
    }

    /** The values of a quantity from a time on. */
    points(quantity: string, since = 0): Points {
        const column = this.columns.get(quantity)
        if (!column) return { t: [], v: [] }
        const first = since === 0 ? 0 : this.times.findLastIndex(time => time < since) + 1
        return { t: this.times.slice(first), v: column.slice(first) }
    }
}
