import type { Bench, Result, Table } from "./bench"

/** A bench, and its result in this run. */
export interface Measurement {
    readonly bench: Bench
    readonly result: Result
}

/** One line of JSON: the figures of a single bench, or those of several by name. */
export function jsonReport(measurements: readonly Measurement[], single: boolean): string {
    if (single) return JSON.stringify(measurements[0]!.result.figures)
    return JSON.stringify(
        Object.fromEntries(measurements.map(({ bench, result }) => [bench.name, result.figures])),
    )
}

/** The result of one bench as Markdown. */
export function section({ bench, result }: Measurement, ...remarks: readonly string[]): string {
    const heading = `## ${bench.name}: ${bench.subject}`
    return [heading, bench.method, ...remarks, ...result.tables.map(tableText)].join("\n\n")
}

/** A Markdown table whose columns also line up on a terminal. */
export function tableText({ columns, rows }: Table): string {
    const cells = rows.map(row => row.map(cellText))
    const widths = columns.map((column, i) => Math.max(column.length, ...cells.map(row => row[i]!.length)))
    const toTheRight = columns.map(
        (_, i) =>
            rows.some(row => row[i] !== "") && rows.every(row => typeof row[i] === "number" || row[i] === ""),
    )
    const line = (texts: readonly string[]) =>
        `| ${texts.map((t, i) => (toTheRight[i] ? t.padStart(widths[i]!) : t.padEnd(widths[i]!))).join(" | ")} |`
    const rule = widths.map(
        (width, i) => "-".repeat(toTheRight[i] ? width - 1 : width) + (toTheRight[i] ? ":" : ""),
    )
    return [line(columns), line(rule), ...cells.map(line)].join("\n")
}

/** Numbers from 100 on are rounded and get thousands separators, other fractions have three significant digits. */
export function cellText(cell: string | number): string {
    if (typeof cell === "string") return cell
    if (Number.isInteger(cell) || Math.abs(cell) >= 100) return Math.round(cell).toLocaleString("en-US")
    return String(Number(cell.toPrecision(3)))
}
