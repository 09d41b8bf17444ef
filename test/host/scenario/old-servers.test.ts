import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import { scenarioOf } from "../../../tools/scenario/read-scenario"
import { runScenario } from "../../../tools/scenario/run-scenario"

const FILE = join(projectRoot, "test/data/emoncms/old-vectors.json")
const RECORDED: { readonly version: readonly string[] }[] = JSON.parse(readFileSync(FILE, "utf8"))
/** Releases that the stand-in refuses to be, because nothing can be uploaded to them. */
const TOO_OLD = /^(?:8\.|9\.7\.|9\.8\.8$)/
/** All other releases whose answers were recorded. */
const VERSIONS = [...new Set(RECORDED.flatMap(({ version }) => version))]
    .filter(version => !TOO_OLD.test(version))
    .map(version => version.replace(" PHP 8.2", "-php8.2"))

test.each(VERSIONS)("EmonCMS %s has every reading of a day with an outage", async emoncmsVersion => {
    const { report } = await runScenario(
        scenarioOf({
            description: "An older server, away for two hours.",
            duration: "24 h",
            pollSeconds: 30,
            uploadSeconds: 120,
            emoncmsVersion,
            timeline: [{ at: "8 h", for: "2 h", fault: "server-down" }],
        }),
    )
    expect(report).toMatchObject({
        wrong: 0,
        lost: 0,
        thinned: 0,
        duplicated: 0,
        panics: 0,
        energyErrorWh: 0,
    })
    expect(report.delivered).toBe(report.produced)
    expect(report.produced).toBeGreaterThan(2870)
})
