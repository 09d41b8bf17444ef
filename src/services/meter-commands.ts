import type * as ds from "@devicescript/core"
import { error, notice } from "../device/log"
import { AddressTaken, requireSettings, resetEnergy, setAddress, setThreshold } from "../line/commands"
import { formatDecimal } from "../line/meters/format"
import type { Meter } from "../line/meters/profile"
import type { ModbusClient } from "../line/modbus-client"

/*
 * The commands of the service EmonMeter: those of `src/line/commands.ts`, which read back what they have written.
 */

/** Codes from `services/emon-meter.md`. Those of further settings follow {@link SET_ADDRESS} in the profile's order. */
const RESET_ENERGY = 0x80
const SET_ADDRESS = 0x81

/** The parts of the program that commands need. */
export interface CommandedLine {
    readonly client: ModbusClient
    readonly meters: Meter[]
}

/** The type of {@link commandMeter}, which some programs leave out. */
export type CommandMeter = (
    line: CommandedLine,
    index: number,
    command: ds.PacketSpec,
    value: number | undefined,
) => Promise<boolean>

/** Whether a command is under way. There is one at a time, so that the meters are polled between two of them. */
let underWay = false

/**
 * Carries out a command on a meter, and logs the outcome.
 * @param index of the meter
 * @param value of the setting, as an integer scaled by its decimals; `undefined` if none came
 * @returns whether it succeeded, as confirmed by reading back
 */
export async function commandMeter(
    line: CommandedLine,
    index: number,
    { name, code }: ds.PacketSpec,
    value: number | undefined,
): Promise<boolean> {
    const meter = line.meters[index]
    let problem: string | undefined = "another command is in progress"
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

/** @returns what was done, in words */
async function perform(line: CommandedLine, meter: Meter, code: number, value: number): Promise<string> {
    const { client, meters } = line
    if (code === RESET_ENERGY) {
        await resetEnergy(client, meter)
        return "the energy counter is now 0"
    }
    const setting = requireSettings(meter.profile)[code - SET_ADDRESS]
    if (code === SET_ADDRESS) {
        // A configured meter that is silent just now would not be found there.
        if (meters.some(other => other.address === value)) throw new AddressTaken(value)
        await setAddress(client, meter.profile, meter.address, value)
        return "address is " + value + " now; the meter is not read until devicescript.json has this address"
    }
    await setThreshold(client, meter, setting, value)
    return setting.name + " is " + formatDecimal(value, setting.decimals) + " " + setting.unit
}
