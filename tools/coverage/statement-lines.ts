import { relative, sep } from "node:path"
import { projectRoot } from "../project"
import type { LineCoverage } from "./line-coverage"

/** The parts of Vitest's `coverage-final.json` that this project uses, by absolute path. */
export type StatementCounts = Readonly<
    Record<
        string,
        {
            readonly statementMap: Readonly<Record<string, { readonly start: { readonly line: number } }>>
            /** How often each statement was executed. */
            readonly s: Readonly<Record<string, number>>
        }
    >
>

/** Records the lines on which statements begin, and whether Node.js has run them. */
export function noteStatements(coverage: LineCoverage, counts: StatementCounts, run: string): void {
    for (const [file, { statementMap, s }] of Object.entries(counts)) {
        const path = relative(projectRoot, file).split(sep).join("/")
        for (const [id, { start }] of Object.entries(statementMap))
            coverage.note(path, start.line, s[id]! > 0 ? run : undefined)
    }
}
