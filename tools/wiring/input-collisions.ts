import type { Config } from "./config"
import type { Mistake } from "./config-error"

/** The program's own inputs, of `src/actors/uplink/health.ts`. */
export const OWN_INPUTS = [
    "health_uptime",
    "health_queue",
    "health_dropped",
    "health_thinned",
    "health_recovered",
    "health_line_errors",
    "health_upload_errors",
]

/** EmonCMS cuts a longer name. */
const LONGEST_NAME = 64

/** An input that EmonCMS will have. */
interface Input {
    readonly name: string
    /** Which value of which meter it is; `undefined` for one of the program's own. */
    readonly meter?: number
    readonly field?: string
}

/**
 * Finds inputs of different meters that would be one in EmonCMS, those that collide with the program's own, and names that
 * become too long with the meter's name before them. Two fields of one meter are not looked at.
 * @param fields of each meter
 */
export function inputCollisions(
    config: Config,
    fields: readonly (readonly { readonly name: string }[])[],
): Mistake[] {
    const own: Input[] = OWN_INPUTS.map(name => ({ name }))
    const inputs = config.meters.flatMap((meter, i) =>
        fields[i]!.map(({ name: field }): Input => {
            const name = config.inputs?.[field]?.name ?? field
            return { name: config.meters.length > 1 ? `${meter.name}_${name}` : name, meter: i, field }
        }),
    )
    const mistakes: Mistake[] = []
    for (const [i, input] of inputs.entries()) {
        const twin = [...own, ...inputs.slice(0, i)].find(
            other => other.meter !== input.meter && other.name === input.name,
        )
        if (twin)
            mistakes.push(mistakeAt(config, input, `makes the input ${input.name}, ${ownerOf(config, twin)}`))
        else if (input.name.length > LONGEST_NAME)
            mistakes.push(mistakeAt(config, input, `makes an input with ${input.name.length} characters`))
    }
    return mistakes.filter(({ path }, i) => mistakes.findIndex(other => other.path === path) === i)
}

function ownerOf(config: Config, { meter, field }: Input): string {
    return meter === undefined
        ? "which the program itself has"
        : `as ${field} of ${config.meters[meter]!.name} does`
}

/** Points to what the owner can change: the name of the input, or else that of the meter. */
function mistakeAt(config: Config, { meter, field }: Input, problem: string): Mistake {
    const name = config.inputs?.[field!]?.name
    const cure = `Give it another name of at most ${LONGEST_NAME} characters, the meter's name included.`
    if (name !== undefined) return { path: `inputs.${field}.name`, value: name, problem, cure }
    return { path: `meters[${meter}].name`, value: config.meters[meter!]!.name, problem, cure }
}
