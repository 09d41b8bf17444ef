import type { Scenario } from "./scenarios"
import type { Story } from "./story"

const BEGIN = "<!-- The tables are made by `npx vitest run test/host/uplink/matrix.test.ts -u`. -->\n"
const END = "<!-- End of what is made. -->\n"

interface Stories {
    newest(scenario: Scenario): Story
    oldest(scenario: Scenario): Story
}

/** The page with new tables: all results of the newest EmonCMS, and those that differ with the oldest. */
export function withMatrix(
    page: string,
    groups: readonly { readonly title: string; readonly scenarios: Scenario[] }[],
    { newest, oldest }: Stories,
): string {
    const begin = page.indexOf(BEGIN)
    const end = page.indexOf(END)
    if (begin < 0 || end < begin) throw new Error("The page has no place for the tables.")
    const tables = groups.map(({ title, scenarios }) => table(title, scenarios.map(newest).map(cells)))
    const others = groups
        .flatMap(({ scenarios }) => scenarios)
        .filter(scenario => cells(oldest(scenario)).join() !== cells(newest(scenario)).join())
        .map(scenario => cells(oldest(scenario)))
    const text = [...tables, OTHERWISE, table("Situation", others)].join("\n")
    return `${page.slice(0, begin + BEGIN.length)}\n${text}\n${page.slice(end)}`
}

const OTHERWISE = `With EmonCMS 9.8.10, the oldest, the same situations were tried. These end otherwise, mostly because it cannot
decompress what is posted:
`

function table(title: string, rows: string[][]): string {
    const header = [title, "What the uplink concludes", "What stays queued", "What the user reads"]
    const all = [header, header.map(() => "---"), ...rows]
    return all.map(cells => `| ${cells.map(escaped).join(" | ")} |\n`).join("")
}

function cells({ scenario, conclusions, told }: Story): string[] {
    const concluded = conclusions.join(", ") || (scenario.settings ? "" : "found by the check of the account")
    const queued = scenario.settings ? "all" : QUEUED[scenario.expected]
    return [scenario.name, concluded, queued, told.join("<br>")]
}

const QUEUED = {
    delivered: "nothing",
    kept: "all, delivered when it is over",
    held: "all from the second batch on, delivered when it is over",
    "set aside": "nothing; one reading is counted as dropped",
}

function escaped(cell: string): string {
    return cell.replaceAll("|", "\\|").replaceAll("\n", " ")
}
