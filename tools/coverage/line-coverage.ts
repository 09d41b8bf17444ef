/** Source lines that have code, and the runs that reached each of them. */
export class LineCoverage {
    private readonly lines = new Map<string, Map<number, Set<string>>>()

    /** @param runs names of the runs, in the order of the report's columns */
    constructor(readonly runs: readonly string[]) {}

    /**
     * Records that a line has code. The same line can be recorded repeatedly.
     * @param line from 1
     * @param run a run that has reached the line; if omitted, the runs recorded for the line stay the same
     */
    note(path: string, line: number, run?: string): void {
        const lines = this.lines.get(path) ?? new Map<number, Set<string>>()
        this.lines.set(path, lines)
        const reachedBy = lines.get(line) ?? new Set()
        lines.set(line, reachedBy)
        if (run !== undefined) reachedBy.add(run)
    }

    /** Records a run that has reached a line, if the line is known to have code. */
    noteRun(path: string, line: number, run: string): void {
        this.lines.get(path)?.get(line)?.add(run)
    }

    /** Sorted by path. */
    get files(): FileCoverage[] {
        return [...this.lines]
            .map(([path, lines]) => this.fileOf(path, lines))
            .sort((a, b) => (a.path < b.path ? -1 : 1))
    }

    private fileOf(path: string, lines: ReadonlyMap<number, ReadonlySet<string>>): FileCoverage {
        const inOrder = [...lines].sort(([a], [b]) => a - b)
        const reached = this.runs.map((_, i) => {
            const soFar = this.runs.slice(0, i + 1)
            return inOrder.filter(([, reachedBy]) => soFar.some(run => reachedBy.has(run))).length
        })
        return { path, lines: lines.size, reached, missed: missedRanges(inOrder) }
    }
}

/** Line counts. */
export interface Count {
    /** Lines that have code. */
    readonly lines: number
    /** How many of them were reached: by the first run, by the first two, and so on. */
    readonly reached: readonly number[]
}

export interface FileCoverage extends Count {
    /** Relative to the project folder, separated by `/`. */
    readonly path: string
    /** Lines that no run has reached. */
    readonly missed: readonly LineRange[]
}

/** First and last line. */
export type LineRange = readonly [number, number]

/** Lines without code do not end a range. */
function missedRanges(lines: readonly (readonly [number, ReadonlySet<string>])[]): LineRange[] {
    const ranges: [number, number][] = []
    let goesOn = false
    for (const [line, reachedBy] of lines) {
        const isMissed = reachedBy.size === 0
        if (isMissed && goesOn) ranges.at(-1)![1] = line
        else if (isMissed) ranges.push([line, line])
        goesOn = isMissed
    }
    return ranges
}
