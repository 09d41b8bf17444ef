import { meterModels, type ProfileFacts } from "./catalog"
import type { Config, MeterConfig } from "./config"
import type { Mistake } from "./config-error"

/** Speed and stop bits of a line, and what speaks against them. */
export interface LineSpeed {
    readonly baud: number
    readonly stopBits: 1 | 2
    readonly mistakes: readonly Mistake[]
}

/**
 * Finds the speed that all meters of the line have in common.
 *
 * More stop bits than a meter needs do no harm, so the meter that needs most decides.
 * @param profiles one for each of `config.meters`
 */
export function lineSpeed({ line, meters }: Config, profiles: readonly ProfileFacts[]): LineSpeed {
    const factory = profiles[0]!.baud
    const needed = profiles.some(p => p.stopBits === 2) ? 2 : 1
    if (line.driver === "tcp") return { baud: factory, stopBits: needed, mistakes: [] }
    const { baud, stopBits = needed } = line
    const mistakes = stopBits < needed ? [tooFewStopBits(stopBits, meters, profiles)] : []
    if (baud !== undefined) mistakes.push(...meters.flatMap((meter, i) => unsuited(meter, i, baud)))
    else if (profiles.some(p => p.baud !== factory)) mistakes.push(mixed(meters, profiles))
    return { baud: baud ?? factory, stopBits, mistakes }
}

function tooFewStopBits(
    value: number,
    meters: readonly MeterConfig[],
    profiles: readonly ProfileFacts[],
): Mistake {
    const names = meters.filter((_, i) => profiles[i]!.stopBits > value).map(m => m.name)
    return {
        path: "line.stopBits",
        value,
        problem: `is too few for ${names.join(", ")}`,
        cure: "Write 2, or leave it out.",
    }
}

function unsuited(meter: MeterConfig, index: number, baud: number): Mistake[] {
    const possible: readonly number[] = meterModels[meter.model].bauds
    if (possible.includes(baud)) return []
    return [
        {
            path: `meters[${index}].model`,
            value: meter.model,
            problem: `cannot work at the ${baud} bit/s of line.baud, only at ${possible.join(", ")}`,
            cure: `Write ${possible.at(-1)} as line.baud and set all meters of the line to it.`,
        },
    ]
}

function mixed(meters: readonly MeterConfig[], profiles: readonly ProfileFacts[]): Mistake {
    const list = meters.map((meter, i) => `${meter.name} ${profiles[i]!.baud}`).join(", ")
    const common = commonBauds(meters).at(-1)
    return {
        path: "line.baud",
        problem: `is missing, and the meters come with different speeds (${list})`,
        cure: `Set all meters to the same speed and write it here; ${common} suits all of them.`,
    }
}

function commonBauds(meters: readonly MeterConfig[]): number[] {
    const [first, ...others] = meters.map(m => meterModels[m.model].bauds as readonly number[])
    return first!.filter(baud => others.every(bauds => bauds.includes(baud)))
}
