import { join } from "node:path"
import { expect, test } from "vitest"
import { LineCoverage } from "../../../tools/coverage/line-coverage"
import { coverageReport, missedLines } from "../../../tools/coverage/report"
import { noteStatements } from "../../../tools/coverage/statement-lines"
import { projectRoot } from "../../../tools/project"

function someCoverage(): LineCoverage {
    const coverage = new LineCoverage(["tests", "houses"])
    coverage.note("src/main.ts", 1, "houses")
    coverage.note("src/line/poll.ts", 3, "tests")
    coverage.note("src/line/poll.ts", 4)
    coverage.note("src/line/ports/port.ts", 9, "tests")
    coverage.note("src/line/ports/port.ts", 9, "houses")
    coverage.note("src/line/ports/port.ts", 8)
    coverage.note("src/line/ports/port.ts", 10)
    coverage.note("src/line/ports/port.ts", 12)
    return coverage
}

test("adds up rooms, and counts each run's lines together with those of earlier runs", () => {
    expect(coverageReport(someCoverage())).toBe(
        [
            "room      lines    tests  with houses  missed",
            "src/line      6  2  33 %      2  33 %       4",
            "src           1  0   0 %      1 100 %       0",
            "all           7  2  28 %      3  42 %       4",
            "",
            "worst files             lines    tests  with houses  missed",
            "src/line/ports/port.ts      4  1  25 %      1  25 %       3",
            "src/line/poll.ts            2  1  50 %      1  50 %       1",
        ].join("\n"),
    )
})

test("lists the lines that no run reached, as ranges by file", () => {
    expect(missedLines(someCoverage())).toBe("src/line/poll.ts: 4\nsrc/line/ports/port.ts: 8, 10-12\n")
})

test("counts a PC-side line as reached when one of its statements is", () => {
    const coverage = new LineCoverage(["tests"])
    const at = (line: number) => ({ start: { line } })
    const counts = {
        [join(projectRoot, "sim/clock.ts")]: {
            statementMap: { 0: at(5), 1: at(5), 2: at(6) },
            s: { 0: 0, 1: 2, 2: 0 },
        },
    }
    noteStatements(coverage, counts, "tests")
    expect(coverage.files).toEqual([{ path: "sim/clock.ts", lines: 2, reached: [1], missed: [[6, 6]] }])
})
