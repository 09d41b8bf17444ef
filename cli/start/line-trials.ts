import { openSerialAdapter } from "../../sim/line/serial-adapter"
import type { SerialLine } from "../../sim/line/serial-line"
import {
    type Characters,
    isHeard,
    trialCommand,
    trialConfig,
    tryOtherCharacters,
} from "../../tools/commands/line-trials"
import type { Config, WiredMeter, Wiring } from "../../tools/wiring/config"
import { serialSettings } from "../../tools/wiring/serial-settings"
import { type CommandSurroundings, runCommand } from "./run-command"

export interface TrialSurroundings extends Omit<CommandSurroundings, "view" | "yes"> {
    readonly wiring: Wiring
    /** Device file of a real adapter. It is opened again for every trial, so its {@link line} must be closed first. */
    readonly serial?: string
}

/**
 * Tries other possible speeds and parities for the meters that a diagnosis has not heard, on a line of this computer.
 * @param said the sentences of the diagnosis
 * @param tell receives every sentence as soon as it is known
 * @returns the result, a sentence for every meter
 */
export function tryOnThisLine(
    said: readonly string[],
    surroundings: TrialSurroundings,
    tell?: (sentence: string) => void,
): Promise<string[]> {
    const answersAt = (meter: WiredMeter, trial: Characters) => tryOnce(meter, trial, surroundings)
    return tryOtherCharacters(said, surroundings.wiring, answersAt, tell)
}

/** Whether a meter answers at this speed and parity. */
async function tryOnce(
    meter: WiredMeter,
    characters: Characters,
    surroundings: TrialSurroundings,
): Promise<boolean> {
    const { serial } = surroundings
    const config = trialConfig(surroundings.config, meter, characters)
    const own = serial === undefined ? config : throughAdapter(config)
    const line = await openLine(characters, surroundings)
    const view = { show() {} }
    const settings = { ...surroundings, line, config: own, yes: true, view }
    const outcome = await runCommand(trialCommand(meter), settings)
    if (serial !== undefined) await line.close()
    return isHeard(meter, outcome)
}

function openLine(
    characters: Characters,
    { serial, line }: TrialSurroundings,
): Promise<SerialLine> | SerialLine {
    return serial === undefined ? line : openSerialAdapter(serial, serialSettings(characters))
}

/** Makes the program use a real adapter through a serial service, with the adapter's own settings. */
function throughAdapter(config: Config): Config {
    if (config.line.driver === "tcp") return config
    const { timeoutMs, pauseMs, baud, parity } = config.line
    return { ...config, line: { driver: "jacdac-serial", timeoutMs, pauseMs, baud, parity } }
}
