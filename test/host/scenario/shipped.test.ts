import { join } from "node:path"
import { expect, test } from "vitest"
import { readScenario } from "../../../sim/scenario/read-scenario"
import { surprises } from "../../../sim/scenario/report"
import { runScenario } from "../../../sim/scenario/run-scenario"
import { projectRoot } from "../../../tools/project"

// The longer ones are for `npm run soak`.
test.each(["outage-1h", "reboot-in-outage", "power-cut-in-outage", "bad-evening"])(
    "%s is as its file expects",
    async name => {
        const scenario = await readScenario(join(projectRoot, "scenarios", `${name}.json`))
        const { report } = await runScenario(scenario)
        expect(surprises(report, scenario), JSON.stringify(report)).toEqual([])
        expect(report.delivered + report.lost + report.thinned).toBe(report.produced)
        expect(report.produced).toBeGreaterThan(700)
    },
)
