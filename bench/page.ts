import type { Bench } from "./bench"
import type { Measured } from "./measured"
import { section } from "./report"

/** The page that holds all figures. */
export const PAGE = "docs/measured.md"

/** The text of {@link PAGE}: a section for each bench that has been measured. */
export function page(benches: readonly Bench[], measured: Measured): string {
    const sections = benches.flatMap(bench => {
        const entry = measured[bench.name]
        if (!entry) return []
        const { date, machine, program } = entry
        const about = `Measured on ${date} on ${machine}; the SHA-256 of the program's image begins with ${program.slice(0, 12)}.`
        return [section({ bench, result: entry }, about)]
    })
    const names = benches.map(({ name }) => name)
    return [
        "# Measured",
        "Written by `npm run figures` from the latest run of each bench. To measure one again:",
        "```sh\nnpm run bench -- NAME --write\n```",
        `Without \`--write\` it only prints the figures; with \`--json\`, as JSON. The names are ${names.join(", ")}.`,
        "All figures come from the DeviceScript runtime for WebAssembly, which has the heap and the bytecode of an ESP32 but " +
            "not its speed. Bytes of bytecode and of requests are exact: the same sources give the same figures. Bytes of " +
            "heap are exact to some hundred bytes, because they depend on when timers fire. Rates are those of one computer at " +
            "one moment; only their ratio says something about the program.",
        ...sections,
    ].join("\n\n")
}
