import type * as ds from "@devicescript/core"
import { error, notice } from "../device/log"
import { formatDecimal } from "../line/meters/format"
import type { Meter } from "../line/meters/profile"
import type { ModbusClient } from "../line/modbus-client"

/*
 * The commands of the service EmonMeter: one write each, which the meter confirms. What `src/programs/command.ts` does beyond that,
 * such as to read back and to look for others at an address, has no room in the program.
 */

/** Codes in `services/emon-meter.md`. That of each further one is the setting's number behind {@link SET_ADDRESS}. */
const RESET_ENERGY = 0x80
const SET_ADDRESS = 0x81

/** What of the program commands need. */
export interface CommandedLine {
    readonly client: ModbusClient
    readonly meters: Meter[]
}

/** One is carried out at a time, so that between two of them the meters are polled. */
let underWay = false

/**
 * Carries out a command on a meter, and tells the log what came of it.
 * @param index of the meter
 * @param value raw, as the register shall hold it; `undefined` if none came
 * @returns whether the meter has confirmed it
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
    const { address, profile } = meter
    const { client } = line
    const { settings } = profile
    if (!settings) throw new Error(profile.model + " has no such command")
    if (code === RESET_ENERGY) {
        await client.resetEnergy(address)
        return "the energy counter begins at 0"
    }
    const setting = settings()[code - SET_ADDRESS]
    const { name, min, max } = setting
    let { unit } = setting
    if (!(value >= min && value <= max)) throw new RangeError(name + " must be " + min + " to " + max)
    if (code === SET_ADDRESS) {
        // Two meters at one address can only be parted with a screwdriver.
        if (line.meters.some(other => other.address === value))
            throw new Error("a meter has address " + value)
        unit = "now; until devicescript.json says so, the meter is not read"
    }
    await client.writeSingle(address, setting.register, value)
    return name + " is " + formatDecimal(value, setting.decimals) + " " + unit
}
