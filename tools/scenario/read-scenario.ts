import schema from "../../scenarios/scenario.schema.json"
import { TOXIC_NAMES } from "../../sim/toxics/toxic"
import { readBytesIfThere } from "../read-if-there"
import { ConfigError, type Mistake } from "../wiring/config-error"
import { configText } from "../wiring/config-text"
import { JsonSource } from "../wiring/json-source"
import { CheckedSchema } from "../wiring/schema-mistakes"
import type { Scenario } from "./format"
import { meaningMistakes } from "./meaning-check"

const checked = new CheckedSchema(schema, { discriminator: true, useDefaults: true }, () => TOXIC_NAMES)

/**
 * Reads and checks a scenario file.
 * @throws ConfigError with all its mistakes
 */
export async function readScenario(path: string): Promise<Scenario> {
    const bytes = await readBytesIfThere(path)
    if (bytes === undefined) {
        const cure = "Check the path; the project's own scenarios are in scenarios/."
        throw new ConfigError(path, [{ path: "", problem: "The file is missing", cure }])
    }
    const source = new JsonSource(configText(path, bytes))
    if (source.mistakes.length > 0) throw new ConfigError(path, source.mistakes)
    const mistakes = examine(source.value)
    if (mistakes.length > 0) throw new ConfigError(path, source.locate(mistakes))
    return source.value as Scenario
}

/**
 * Checks a scenario that is not in a file, and fills in the defaults.
 * @throws ConfigError
 */
export function scenarioOf(value: unknown): Scenario {
    const scenario = structuredClone(value)
    const mistakes = examine(scenario)
    if (mistakes.length > 0) throw new ConfigError("the scenario", mistakes)
    return scenario as Scenario
}

/** Finds mistakes, and fills in the defaults. */
function examine(value: unknown): Mistake[] {
    const malformed = checked.mistakesIn(value)
    return malformed.length > 0 ? malformed : meaningMistakes(value as Scenario)
}
