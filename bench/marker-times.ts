/** Measures the time between the lines `begin NAME` and `end NAME COUNT` that a program prints. */
export class MarkerTimes {
    private readonly begun = new Map<string, number>()
    private readonly perSecond = new Map<string, number[]>()

    /**
     * Takes a line of the program. Ignores lines that are not markers.
     * @param at when it was printed, in ms
     */
    take(line: string, at: number): void {
        const [, mark, name, count] = /^(begin|end) (\S+)(?: (\d+))?$/.exec(line) ?? []
        if (mark === "begin") this.begun.set(name!, at)
        const begun = mark === "end" ? this.begun.get(name!) : undefined
        if (begun === undefined) return
        this.perSecond.set(name!, [...this.rates(name!), (Number(count) * 1000) / (at - begun)])
    }

    /** Counts per second, by round. */
    rates(name: string): readonly number[] {
        return this.perSecond.get(name) ?? []
    }

    /** How many times faster `name` was than `other`, by round. Slowdowns that affect both in a round cancel out. */
    ratios(name: string, other: string): readonly number[] {
        return this.rates(name).map((rate, round) => rate / this.rates(other)[round]!)
    }
}
