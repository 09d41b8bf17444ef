import { join } from "node:path"
import { expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import { readScenario } from "../../../tools/scenario/read-scenario"
import { surprises } from "../../../tools/scenario/report"
import { runScenario } from "../../../tools/scenario/run-scenario"

// The longer ones are for `npm run soak`.
test.each([
    "outage-1h",
    "reboot-in-outage",
    "power-cut-in-outage",
    "bad-evening",
    "clock-slow",
    "clock-after-power-cut",
])("%s ends as its file expects", async name => {
    const scenario = await readScenario(join(projectRoot, "scenarios", `${name}.json`))
    const { report } = await runScenario(scenario)
    expect(surprises(report, scenario), JSON.stringify(report)).toEqual([])
    expect(report.delivered + report.lost + report.thinned).toBe(report.produced)
    expect(report.produced).toBeGreaterThan(700)
})
