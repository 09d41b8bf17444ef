import type { Scenario } from "./scenarios"
import type { Story } from "./story"

const BEGIN = "<!-- The tables are made by `npx vitest run test/host/uplink/matrix.test.ts -u`. -->\n"
const END = "<!-- End of what is made. -->\n"

/** A page with its tables made anew. */
export function withMatrix(
    page: string,
    groups: readonly { readonly title: string; readonly scenarios: Scenario[] }[],
    story: (scenario: Scenario) => Story,
): string {
    const begin = page.indexOf(BEGIN)
    const end = page.indexOf(END)
    if (begin < 0 || end < begin) throw new Error("The page has no place for the tables.")
    const tables = groups.map(({ title, scenarios }) => table(title, scenarios.map(story)))
    return `${page.slice(0, begin + BEGIN.length)}\n${tables.join("\n")}\n${page.slice(end)}`
}

function table(title: string, stories: Story[]): string {
    const header = [title, "What the uplink concludes", "What stays queued", "What the user reads"]
    const rows = [header, header.map(() => "---"), ...stories.map(row)]
    return rows.map(cells => `| ${cells.map(escaped).join(" | ")} |\n`).join("")
}

function row({ scenario, conclusions, told }: Story): string[] {
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
