/** Times what lies between the lines `begin NAME` and `end NAME COUNT` that a program prints. */
export class MarkerTimes {
    private readonly begun = new Map<string, number>()
    private readonly perSecond = new Map<string, number[]>()

    /**
     * Takes a line of the program; one that is no marker is ignored.
     * @param at when it was printed, in ms
     */
    take(line: string, at: number): void {
        const [, mark, name, count] = /^(begin|end) (\S+)(?: (\d+))?$/.exec(line) ?? []
        if (mark === "begin") this.begun.set(name!, at)
        const begun = mark === "end" ? this.begun.get(name!) : undefined
        if (begun === undefined) return
        this.perSecond.set(name!, [...this.rates(name!), (Number(count) * 1000) / (at - begun)])
    }

    /** What was counted per second, by round. */
    rates(name: string): readonly number[] {
        return this.perSecond.get(name) ?? []
    }

    /** How many times faster one was than another, by round: what slows both of a round down leaves it as it is. */
    ratios(name: string, other: string): readonly number[] {
        return this.rates(name).map((rate, round) => rate / this.rates(other)[round]!)
    }
}
