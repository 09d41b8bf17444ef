import { openSerialAdapter } from "../../sim/line/serial-adapter"
import type { SerialLine } from "../../sim/line/serial-line"
import {
    type Characters,
    charactersText,
    foundText,
    trialsOf,
    unheardMeters,
} from "../../tools/commands/line-trials"
import type { Config, LineConfig, WiredMeter, Wiring } from "../../tools/wiring/config"
import { serialSettings } from "../../tools/wiring/serial-settings"
import { type CommandSurroundings, runCommand } from "./run-command"

export interface TrialSurroundings extends Omit<CommandSurroundings, "view" | "yes"> {
    readonly wiring: Wiring
    /** Device file of a real adapter, which is opened anew for each trial; its {@link line} must be closed before. */
    readonly serial?: string
}

/**
 * Tries the other speeds and parities that the unheard meters of a diagnosis can have.
 * @param said what the diagnosis has said
 * @param tell takes a sentence as soon as it is known
 * @returns what was found, a sentence for each meter
 */
export async function tryOtherCharacters(
    said: readonly string[],
    surroundings: TrialSurroundings,
    tell: (sentence: string) => void = () => {},
): Promise<string[]> {
    const { wiring } = surroundings
    if (wiring.line.driver === "tcp") return []
    const unheard = unheardMeters(said)
    const found: string[] = []
    for (const meter of wiring.meters.filter(({ name }) => unheard.includes(name))) {
        const trials = trialsOf(meter.facts, wiring)
        if (trials.length === 0) continue
        tell(`${meter.name}: trying ${trials.map(charactersText).join(", ")}`)
        const right = await firstRight(meter, trials, surroundings)
        const sentence = right
            ? foundText(meter.name, right, wiring)
            : `${meter.name}: no answer at these either`
        tell(sentence)
        found.push(sentence)
    }
    return found
}

async function firstRight(
    meter: WiredMeter,
    trials: readonly Characters[],
    surroundings: TrialSurroundings,
): Promise<Characters | undefined> {
    for (const trial of trials) if (await answersAt(meter, trial, surroundings)) return trial
    return undefined
}

/** Whether a meter answers when the program speaks so. */
async function answersAt(
    { name, model, address }: WiredMeter,
    characters: Characters,
    surroundings: TrialSurroundings,
): Promise<boolean> {
    const { serial, config } = surroundings
    const own: Config = {
        ...config,
        line: trialLine(config.line, characters, serial !== undefined),
        meters: [{ name, model, address }],
        inputs: undefined,
    }
    const line = await openLine(characters, surroundings)
    const view = { show() {} }
    const command = { name: "scan", first: address, last: address } as const
    const { done, said } = await runCommand(command, { ...surroundings, line, config: own, yes: true, view })
    if (serial !== undefined) await line.close()
    return done && said.includes(`address ${address}: ${name}`)
}

function openLine(
    characters: Characters,
    { serial, line }: TrialSurroundings,
): Promise<SerialLine> | SerialLine {
    return serial === undefined ? line : openSerialAdapter(serial, serialSettings(characters))
}

/** The line with other characters; at a real adapter as a serial service, which the adapter's own settings do for. */
function trialLine(wired: LineConfig, { baud, parity }: Characters, isAdapter: boolean): LineConfig {
    if (wired.driver === "tcp") return wired
    const { timeoutMs, pauseMs } = wired
    if (isAdapter) return { driver: "jacdac-serial", timeoutMs, pauseMs, baud, parity }
    return { ...wired, baud, parity, stopBits: undefined }
}
