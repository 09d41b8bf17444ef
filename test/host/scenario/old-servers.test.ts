import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import { scenarioOf } from "../../../tools/scenario/read-scenario"
import { runScenario } from "../../../tools/scenario/run-scenario"
import { isLong } from "../../long"

const FILE = join(projectRoot, "test/data/emoncms/old-vectors.json")
const RECORDED: { readonly version: readonly string[] }[] = JSON.parse(readFileSync(FILE, "utf8"))
/** Releases to which nothing can be uploaded. The stand-in refuses to imitate them. */
const TOO_OLD = /^(?:8\.|9\.7\.|9\.8\.8$)/
/** All other releases whose answers were recorded. */
const VERSIONS = [...new Set(RECORDED.flatMap(({ version }) => version))]
    .filter(version => !TOO_OLD.test(version))
    .map(version => version.replace(" PHP 8.2", "-php8.2"))

const SPAN = isLong
    ? { duration: "24 h", outage: { at: "8 h", for: "2 h" }, readings: 1440 }
    : { duration: "1 h", outage: { at: "20 min", for: "15 min" }, readings: 60 }

/** One release of each kind. Kinds differ in what they decompress, what they store of an object, and their notices. */
const KINDS = ["11.16.8", "11.4.11", "11.2.3-php8.2", "11.0.9", "10.8.5", "10.2.7-php8.2", "9.9.9", "9.8.10"]

test.each(isLong ? VERSIONS : VERSIONS.filter(version => KINDS.includes(version)))(
    `EmonCMS %s has every reading of ${SPAN.duration} despite an outage`,
    async emoncmsVersion => {
        const { report } = await runScenario(
            scenarioOf({
                description: "An older server that is away for a while.",
                duration: SPAN.duration,
                pollSeconds: 60,
                uploadSeconds: 120,
                emoncmsVersion,
                timeline: [{ ...SPAN.outage, fault: "server-down" }],
            }),
        )
        expect(report).toMatchObject({
            wrong: 0,
            lost: 0,
            thinned: 0,
            duplicated: 0,
            sentAgain: 0,
            panics: 0,
        })
        expect(report.energyErrorWh).toBe(0)
        expect(report.delivered).toBe(report.produced)
        expect(report.produced).toBeGreaterThanOrEqual(SPAN.readings)
    },
)
