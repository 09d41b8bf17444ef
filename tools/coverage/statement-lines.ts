import { relative, sep } from "node:path"
import { projectRoot } from "../project"
import type { LineCoverage } from "./line-coverage"

/** What Vitest writes to `coverage-final.json`, as far as this project uses it; by absolute path. */
export type StatementCounts = Readonly<
    Record<
        string,
        {
            readonly statementMap: Readonly<Record<string, { readonly start: { readonly line: number } }>>
            /** How often each statement was begun. */
            readonly s: Readonly<Record<string, number>>
        }
    >
>

/** Notes the lines on which statements begin that Node.js has run. */
export function noteStatements(coverage: LineCoverage, counts: StatementCounts, run: string): void {
    for (const [file, { statementMap, s }] of Object.entries(counts)) {
        const path = relative(projectRoot, file).split(sep).join("/")
        for (const [id, { start }] of Object.entries(statementMap))
            coverage.note(path, start.line, s[id]! > 0 ? run : undefined)
    }
}
