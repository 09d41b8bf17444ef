import type { MeterModel } from "../../sim/meter/meter-model"
import type { Config, WiredMeter, Wiring } from "../wiring/config"
import { MOST_SPI_BAUD, parityOf, stopBitsOf } from "../wiring/line-speed"
import type { LineCommand } from "./line-command"
import type { CommandOutcome } from "./outcome"

/** Speed and character format of a line. */
export type Characters = Pick<Wiring, "baud" | "parity" | "stopBits">

/**
 * The settings other than the wired ones that a meter of a model can have, most likely first: another parity at the same
 * speed, then its factory setting, then the rest. Stop bits are ignored: they make no difference to a receiver.
 */
export function trialsOf(
    { line }: MeterModel,
    wiring: Pick<Wiring, keyof Characters | "line">,
): Characters[] {
    const most = wiring.line.driver === "spi-uart" ? MOST_SPI_BAUD : Number.POSITIVE_INFINITY
    const bauds = [...new Set([wiring.baud, line.baud, ...line.bauds])].filter(
        baud => line.bauds.includes(baud) && baud <= most,
    )
    const formats = [...new Set([line.format, ...line.formats])]
    const all = bauds.flatMap(baud =>
        formats.map(format => ({ baud, parity: parityOf(format), stopBits: stopBitsOf(format) })),
    )
    return all.filter((one, i) => !isAlike(one, wiring) && all.findIndex(other => isAlike(one, other)) === i)
}

function isAlike(a: Characters, b: Characters): boolean {
    return a.baud === b.baud && a.parity === b.parity
}

/** For example `2400 bit/s 8E1`. */
export function charactersText({ baud, parity, stopBits }: Characters): string {
    return `${baud} bit/s 8${parity[0]!.toUpperCase()}${stopBits}`
}

/** What a diagnosis says about a meter that may be set to another speed or parity. */
const UNHEARD = /^([A-Za-z0-9_-]+): (?:no answer at all|bytes arrive, but no valid answer)/

/** Names of the meters that gave no right answer, taken from the sentences of a diagnosis. */
export function unheardMeters(said: readonly string[]): string[] {
    return said.flatMap(sentence => UNHEARD.exec(sentence)?.[1] ?? [])
}

/**
 * Tries the other speeds and parities that the meters without a right answer can have.
 * @param said the sentences of the diagnosis
 * @param answersAt tells whether a meter answers at other settings
 * @param tell receives each sentence as soon as it is known
 * @returns the results, one sentence per meter
 */
export async function tryOtherCharacters(
    said: readonly string[],
    wiring: Wiring,
    answersAt: (meter: WiredMeter, trial: Characters) => Promise<boolean>,
    tell: (sentence: string) => void = () => {},
): Promise<string[]> {
    if (wiring.line.driver === "tcp") return []
    const unheard = unheardMeters(said)
    const found: string[] = []
    for (const meter of wiring.meters.filter(({ name }) => unheard.includes(name))) {
        const trials = trialsOf(meter.facts, wiring)
        if (trials.length === 0) continue
        tell(`${meter.name}: trying ${trials.map(charactersText).join(", ")}`)
        let right: Characters | undefined
        for (const trial of trials) {
            right = (await answersAt(meter, trial)) ? trial : undefined
            if (right) break
        }
        const sentence = right
            ? foundText(meter.name, right, wiring)
            : `${meter.name}: no answer at these either`
        tell(sentence)
        found.push(sentence)
    }
    return found
}

/** The configuration for trying a meter: this meter alone, at other settings. */
export function trialConfig(
    config: Config,
    { name, model, address }: WiredMeter,
    { baud, parity }: Characters,
): Config {
    const { line } = config
    return {
        ...config,
        line: line.driver === "tcp" ? line : { ...line, baud, parity, stopBits: undefined },
        meters: [{ name, model, address }],
        inputs: undefined,
    }
}

/** The command that finds out whether a meter answers. */
export function trialCommand({ address }: WiredMeter): LineCommand {
    return { name: "scan", first: address, last: address }
}

/** Whether the meter answered in a trial. */
export function isHeard({ name, address }: WiredMeter, { done, said }: CommandOutcome): boolean {
    return done && said.includes(`address ${address}: ${name}`)
}

/** Tells the owner what to do when a meter answers at settings other than the wired ones. */
export function foundText(meter: string, found: Characters, wired: Characters): string {
    const { baud, parity } = found
    const line = `"baud": ${baud}, "parity": "${parity}"`
    return `${meter}: answers at ${charactersText(found)}, but the line is set to ${charactersText(wired)}; write ${line} into "line" in devicescript.json, or set the meter to ${charactersText(wired)}`
}
