import type * as ds from "@devicescript/core"
import { error, notice } from "../device/log"
import { AddressTaken, requireSettings, resetEnergy, setAddress, setThreshold } from "../line/commands"
import { formatDecimal } from "../line/meters/format"
import type { Meter } from "../line/meters/profile"
import type { ModbusClient } from "../line/modbus-client"

/*
 * The commands of the service EmonMeter: those of `src/line/commands.ts`, which read back what they have written.
 */

/** Codes in `services/emon-meter.md`. That of each further one is the setting's number behind {@link SET_ADDRESS}. */
const RESET_ENERGY = 0x80
const SET_ADDRESS = 0x81

/** What of the program commands need. */
export interface CommandedLine {
    readonly client: ModbusClient
    readonly meters: Meter[]
}

/** {@link commandMeter}, where it is wired. */
export type CommandMeter = (
    line: CommandedLine,
    index: number,
    command: ds.PacketSpec,
    value: number | undefined,
) => Promise<boolean>

/** One is carried out at a time, so that between two of them the meters are polled. */
let underWay = false

/**
 * Carries out a command on a meter, and tells the log what came of it.
 * @param index of the meter
 * @param value of the setting, as an integer by its decimals; `undefined` if none came
 * @returns whether it is done, by what was read back
 */
export async function commandMeter(
    line: CommandedLine,
    index: number,
    { name, code }: ds.PacketSpec,
    value: number | undefined,
): Promise<boolean> {
    const meter = line.meters[index]
    let problem: string | undefined = "another command is under way"
    if (!underWay) {
        underWay = true
        try {
            notice(meter.name, await perform(line, meter, code, value as number))
            problem = undefined
        } catch (e) {
            problem = (e as Error).message
        }
        underWay = false
    }
    if (problem) error(meter.name, name + " failed: " + problem)
    return !problem
}

/** @returns what it has done, in words */
async function perform(line: CommandedLine, meter: Meter, code: number, value: number): Promise<string> {
    const { client, meters } = line
    if (code === RESET_ENERGY) {
        await resetEnergy(client, meter)
        return "the energy counter begins at 0"
    }
    const setting = requireSettings(meter.profile)[code - SET_ADDRESS]
    if (code === SET_ADDRESS) {
        // One that is silent just now would not be heard there.
        if (meters.some(other => other.address === value)) throw new AddressTaken(value)
        await setAddress(client, meter.profile, meter.address, value)
        return "address is " + value + " now; until devicescript.json says so, the meter is not read"
    }
    await setThreshold(client, meter, setting, value)
    return setting.name + " is " + formatDecimal(value, setting.decimals) + " " + setting.unit
}
