import type { Count, FileCoverage, LineCoverage } from "./line-coverage"

/** Number of files that the report lists. */
const WORST = 15

/** Tables for a terminal: the line counts of each room, and the files with the most lines that no run has reached. */
export function coverageReport({ files, runs }: LineCoverage): string {
    const rooms = new Map<string, FileCoverage[]>()
    for (const file of files) {
        const room = roomOf(file.path)
        rooms.set(room, [...(rooms.get(room) ?? []), file])
    }
    const worst = [...files].sort((a, b) => missedIn(b) - missedIn(a)).filter(file => missedIn(file) > 0)
    return [
        table("room", runs, [
            ...[...rooms].map(([name, counts]) => ({ name, count: sum(counts) })),
            { name: "all", count: sum(files) },
        ]),
        table(
            "worst files",
            runs,
            worst.slice(0, WORST).map(file => ({ name: file.path, count: file })),
        ),
    ].join("\n\n")
}

/** The lines that no run has reached, one line of text per file: `src/a.ts: 12-15, 20`. */
export function missedLines({ files }: LineCoverage): string {
    return files
        .filter(file => missedIn(file) > 0)
        .map(({ path, missed }) => {
            const ranges = missed.map(([first, last]) => (first === last ? first : `${first}-${last}`))
            return `${path}: ${ranges.join(", ")}\n`
        })
        .join("")
}

/** The folder of a file, cut to two levels: `src/line/ports/sc16is7xx.ts` is in `src/line`. */
function roomOf(path: string): string {
    return path.split("/").slice(0, -1).slice(0, 2).join("/")
}

function missedIn({ lines, reached }: Count): number {
    return lines - reached.at(-1)!
}

function sum(counts: readonly Count[]): Count {
    return counts.reduce((total, { lines, reached }) => ({
        lines: total.lines + lines,
        reached: reached.map((n, i) => total.reached[i]! + n),
    }))
}

interface Row {
    readonly name: string
    readonly count: Count
}

function table(title: string, runs: readonly string[], rows: readonly Row[]): string {
    const headings = [title, "lines", ...runs.map((run, i) => (i === 0 ? run : `with ${run}`)), "missed"]
    const cells = rows.map(({ name, count }) => [
        name,
        `${count.lines}`,
        ...count.reached.map(n => `${n} ${percent(n, count.lines)}`),
        `${missedIn(count)}`,
    ])
    const widths = headings.map((heading, i) => Math.max(heading.length, ...cells.map(row => row[i]!.length)))
    return [headings, ...cells]
        .map(row => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))))
        .map(row => row.join("  "))
        .join("\n")
}

/** Rounded down, so that 100 % means all. */
function percent(part: number, whole: number): string {
    return `${Math.floor((100 * part) / whole)} %`.padStart(5)
}
