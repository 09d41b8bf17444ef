import { join } from "node:path"
import { ProgressBar } from "../cli/scenario/progress-bar"
import { projectRoot } from "../tools/project"
import { readScenario } from "../tools/scenario/read-scenario"
import { runScenario } from "../tools/scenario/run-scenario"
import type { Bench } from "./bench"

const SCENARIO = "outage-14d"

/** What remains of two weeks without a server. */
export const fortnight: Bench = {
    name: "fortnight",
    subject: "two weeks without a server",
    onlyByName: true,
    method: `The scenario \`${SCENARIO}\`, as \`npm run soak -- ${SCENARIO}\` runs it. Given up: readings that were removed from the queue evenly, so that the curve keeps its shape; the energy of the meter is delivered exactly.`,
    async measure() {
        const scenario = await readScenario(join(projectRoot, "scenarios", `${SCENARIO}.json`))
        const bar = new ProgressBar(SCENARIO)
        const { report } = await runScenario(scenario, { onProgress: part => bar.show(part) })
        bar.clear()
        const { produced, delivered, thinned, lost, wrong, energyErrorWh, flashWrites, flashErases } = report
        const figures = { produced, delivered, thinned, lost, wrong, energyErrorWh, flashWrites, flashErases }
        return {
            figures,
            tables: [
                {
                    columns: ["figure", "in 15 days"],
                    rows: [
                        ["readings", produced],
                        ["delivered", delivered],
                        ["given up", thinned],
                        ["lost otherwise", lost],
                        ["wrong", wrong],
                        ["error of the energy, Wh", energyErrorWh],
                        ["writes to the flash", flashWrites],
                        ["erasures of the flash", flashErases],
                    ],
                },
            ],
        }
    },
}
