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
    /** Device file of a real adapter, which is opened anew for each trial; its {@link line} must be closed before. */
    readonly serial?: string
}

/**
 * Tries the other speeds and parities that the unheard meters of a diagnosis can have, on a line of this computer.
 * @param said what the diagnosis has said
 * @param tell takes a sentence as soon as it is known
 * @returns what was found, a sentence for each meter
 */
export function tryOnThisLine(
    said: readonly string[],
    surroundings: TrialSurroundings,
    tell?: (sentence: string) => void,
): Promise<string[]> {
    const answersAt = (meter: WiredMeter, trial: Characters) => tryOnce(meter, trial, surroundings)
    return tryOtherCharacters(said, surroundings.wiring, answersAt, tell)
}

/** Whether a meter answers when the program speaks so. */
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

/** A real adapter is a serial service, for which the adapter's own settings do. */
function throughAdapter(config: Config): Config {
    if (config.line.driver === "tcp") return config
    const { timeoutMs, pauseMs, baud, parity } = config.line
    return { ...config, line: { driver: "jacdac-serial", timeoutMs, pauseMs, baud, parity } }
}
