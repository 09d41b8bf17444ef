import type { MeterModel, SerialFormat } from "../../sim/meter/meter-model"
import type { Config, MeterConfig, Parity } from "./config"
import type { Mistake } from "./config-error"

/** Speed and character format of a line, and the mistakes in them. */
export interface LineSpeed {
    readonly baud: number
    readonly parity: Parity
    readonly stopBits: 1 | 2
    readonly mistakes: readonly Mistake[]
}

/**
 * Maximum speed of the SPI-UART, in bit/s. An SPI transfer has at most 4092 bytes and a bit takes at least eight samples, so
 * at 38,400 bit/s a transfer would end after 105 ms.
 */
export const MOST_SPI_BAUD = 19200

const PARITIES: Readonly<Record<string, Parity>> = { N: "none", E: "even", O: "odd" }

/**
 * Finds the speed, parity and stop bits that all meters of the line have in common.
 *
 * More stop bits than a meter needs do no harm, so the meter that needs most decides.
 * @param models one for each of `config.meters`
 */
export function lineSpeed({ line, meters }: Config, models: readonly MeterModel[]): LineSpeed {
    const factory = models[0]!.line.baud
    const factoryParity = parityOf(models[0]!.line.format)
    if (line.driver === "tcp") {
        const stopBits = stopBitsNeeded(models, factoryParity)
        return { baud: factory, parity: factoryParity, stopBits, mistakes: [] }
    }
    const { baud, parity = factoryParity } = line
    const needed = stopBitsNeeded(models, parity)
    const { stopBits = needed } = line
    const mistakes = stopBits < needed ? [tooFewStopBits(stopBits, parity, meters, models)] : []
    if (baud !== undefined)
        mistakes.push(...meters.flatMap((meter, i) => unsuited(meter, i, baud, models[i]!)))
    else if (models.some(m => m.line.baud !== factory)) mistakes.push(mixed(meters, models))
    if (line.driver === "spi-uart" && (baud ?? factory) > MOST_SPI_BAUD)
        mistakes.push({
            path: "line.baud",
            value: baud ?? factory,
            problem: `is too fast for spi-uart, which could then listen for only a tenth of a second`,
            cure: `Set all meters on the line to ${MOST_SPI_BAUD} or less and write that here, or use an sc16is7xx.`,
        })
    if (line.parity !== undefined)
        mistakes.push(...meters.flatMap((meter, i) => unsuitedParity(meter, i, parity, models[i]!)))
    else if (models.some(m => parityOf(m.line.format) !== factoryParity))
        mistakes.push(mixedParity(meters, models))
    return { baud: baud ?? factory, parity, stopBits, mistakes }
}

export function parityOf(format: SerialFormat): Parity {
    return PARITIES[format[1]!]!
}

function stopBitsNeeded(models: readonly MeterModel[], parity: Parity): 1 | 2 {
    return models.some(model => leastStopBits(model, parity) === 2) ? 2 : 1
}

/**
 * The stop bits that a meter needs with a parity: those of the factory setting if it has this parity, else the fewest that
 * the meter can be set to.
 */
function leastStopBits({ line }: MeterModel, parity: Parity): 1 | 2 {
    if (parityOf(line.format) === parity) return stopBitsOf(line.format)
    const possible = line.formats.filter(format => parityOf(format) === parity)
    return possible.length > 0 && possible.every(format => stopBitsOf(format) === 2) ? 2 : 1
}

export function stopBitsOf(format: SerialFormat): 1 | 2 {
    return format.endsWith("2") ? 2 : 1
}

function tooFewStopBits(
    value: number,
    parity: Parity,
    meters: readonly MeterConfig[],
    models: readonly MeterModel[],
): Mistake {
    const names = meters.filter((_, i) => leastStopBits(models[i]!, parity) > value).map(m => m.name)
    return {
        path: "line.stopBits",
        value,
        problem: `is too few for ${names.join(", ")}`,
        cure: "Write 2, or leave it out.",
    }
}

function unsuited(meter: MeterConfig, index: number, baud: number, { line }: MeterModel): Mistake[] {
    if (line.bauds.includes(baud)) return []
    return [
        {
            path: `meters[${index}].model`,
            value: meter.model,
            problem: `cannot work at the ${baud} bit/s of line.baud, only at ${line.bauds.join(", ")}`,
            cure: `Write ${line.bauds.at(-1)} as line.baud and set all meters on the line to it.`,
        },
    ]
}

function unsuitedParity(meter: MeterConfig, index: number, parity: Parity, { line }: MeterModel): Mistake[] {
    if (line.formats.some(format => parityOf(format) === parity)) return []
    return [
        {
            path: `meters[${index}].model`,
            value: meter.model,
            problem: `cannot work with the parity ${parity} of line.parity, only as ${line.formats.join(", ")}`,
            cure: "Write a parity that all meters on the line can be set to.",
        },
    ]
}

function mixed(meters: readonly MeterConfig[], models: readonly MeterModel[]): Mistake {
    const list = meters.map((meter, i) => `${meter.name} ${models[i]!.line.baud}`).join(", ")
    const common = models
        .map(m => m.line.bauds)
        .reduce((bauds, others) => bauds.filter(b => others.includes(b)))
    const fastest = Math.max(...common)
    return {
        path: "line.baud",
        problem: `is missing, and the meters have different factory speeds (${list})`,
        cure:
            common.length > 0
                ? `Set all meters to the same speed and write it here; ${fastest} suits all of them.`
                : "No speed suits all of them: use separate lines.",
    }
}

function mixedParity(meters: readonly MeterConfig[], models: readonly MeterModel[]): Mistake {
    const list = meters.map((meter, i) => `${meter.name} ${models[i]!.line.format}`).join(", ")
    const parities = models.map(m => new Set(m.line.formats.map(parityOf)))
    const common = [...parities[0]!].filter(p => parities.every(others => others.has(p)))
    return {
        path: "line.parity",
        problem: `is missing, and the meters have different factory settings (${list})`,
        cure:
            common.length > 0
                ? `Set all meters to the same parity and write it here; ${common.join(" or ")} suits all of them.`
                : "No parity suits all of them: use separate lines.",
    }
}
