import * as ds from "@devicescript/core"
import { decode } from "./meters/decode"
import { fieldIndex } from "./meters/fields"
import { formatDecimal } from "./meters/format"
import type { Meter, Profile, Setting } from "./meters/profile"
import { settingContent, settingIn, settingsRange } from "./meters/settings"
import { ExceptionReply, ModbusError } from "./modbus/errors"
import type { ModbusClient } from "./modbus-client"
import { pollRegisters } from "./poll"
import { presence, requireDeviceAddress } from "./scan"

/** The meter model has no such command, or none that a program should use. */
export class NotOffered extends Error {
    constructor(readonly model: string) {
        super(model + " has no settings that this program can change")
    }
}

/** The address that a meter was to get is already in use. */
export class AddressTaken extends Error {
    constructor(readonly address: number) {
        super("address " + address + " is already in use")
    }
}

/** A register that was read back does not hold the written value. */
export class NotConfirmed extends Error {
    constructor(
        readonly what: string,
        /** As a reading's integer. */
        readonly wanted: number,
        /** As a reading's integer. */
        readonly found: number | undefined,
    ) {
        super(what + " should be " + wanted + " but is " + found)
    }
}

/** Wait before the energy is read back, in ms. A Peacefair meter refreshes its registers once a second. */
const REFRESH_MS = 1500

/** The most that a 23 kW meter counts in that time, in Wh. */
const COUNTED_SINCE = 10

/**
 * Reads all settings of a meter except its address, as integers scaled by the decimals of its {@link Profile.settings};
 * `undefined` for a choice that the profile does not know.
 * @throws NotOffered, and the errors of {@link ModbusClient.read}
 */
export async function readThresholds(client: ModbusClient, meter: Meter): Promise<(number | undefined)[]> {
    const settings = requireSettings(meter.profile)
    const range = settingsRange(settings)
    const registers = await client.read(meter.address, range)
    return settings.slice(1).map(setting => settingIn(setting, range, registers))
}

/**
 * Changes a setting other than the address, such as an alarm threshold, and reads it back.
 *
 * @param threshold one of the meter's {@link Profile.settings}
 * @param value integer scaled by the threshold's decimals
 * @throws NotOffered, RangeError, NotConfirmed, ExceptionReply, and the errors of {@link ModbusClient.read}
 */
export async function setThreshold(
    client: ModbusClient,
    meter: Meter,
    threshold: Setting,
    value: number,
): Promise<void> {
    const range = settingsRange(requireSettings(meter.profile))
    const content = settingContent(threshold, value)
    if (content === undefined) throw new RangeError(rangeText(threshold))
    await client.read(meter.address, range)
    await attempt(async () => await client.writeSingle(meter.address, threshold.register, content))
    const registers = await client.read(meter.address, range)
    const found = settingIn(threshold, range, registers)
    if (found !== value) throw new NotConfirmed(threshold.name, value, found)
}

/**
 * Moves the meter at address `from` to address `to`, and reads the address back there. `from` can be the general address
 * if the meter is alone on the line.
 *
 * @throws NotOffered, RangeError, AddressTaken, NotConfirmed, ExceptionReply, and the errors of {@link ModbusClient.read}:
 * one for address `to` means that the meter did not move there
 */
export async function setAddress(
    client: ModbusClient,
    profile: Profile,
    from: number,
    to: number,
): Promise<void> {
    const settings = requireSettings(profile)
    const range = settingsRange(settings)
    const { register } = settings[0]
    requireDeviceAddress(to)
    await client.read(from, range)
    if ((await presence(client, to)) !== "absent") throw new AddressTaken(to)
    await attempt(async () => await client.writeSingle(from, register, to))
    const registers = await client.read(to, range)
    const found = registers[2 * (register - range.start) + 1]
    if (found !== to) throw new NotConfirmed("address", to, found)
}

/**
 * Sets a meter's energy counter to 0, and reads it back after the meter's next refresh.
 * {@link ModbusClient.resets} tells the poller to expect the jump.
 *
 * @returns the energy before the reset, as a reading's integer; `undefined` if the meter did not report it
 * @throws NotOffered, NotConfirmed, ExceptionReply, and the errors of {@link ModbusClient.read}
 */
export async function resetEnergy(client: ModbusClient, meter: Meter): Promise<number | undefined> {
    requireSettings(meter.profile)
    const before = await readEnergy(client, meter)
    await attempt(async () => await client.resetEnergy(meter.address))
    await ds.sleep(REFRESH_MS)
    const after = await readEnergy(client, meter)
    if ((after as number) >= (before as number) && (after as number) > COUNTED_SINCE)
        throw new NotConfirmed("energy", 0, after)
    return before
}

/** Writes once. Ignores a lost confirmation: the caller reads the register back, and the client has counted the error. */
async function attempt(write: () => Promise<void>): Promise<void> {
    try {
        await write()
    } catch (e) {
        if (!(e instanceof ModbusError) || e instanceof ExceptionReply) throw e
    }
}

function rangeText({ name, unit, decimals, min, max, codes }: Setting): string {
    let limits = formatDecimal(min, decimals) + " to " + formatDecimal(max, decimals)
    if (codes) limits = codes.filter((_, i) => i % 2 === 0).join(", ")
    return name + " must be " + limits + " " + unit
}

async function readEnergy(client: ModbusClient, meter: Meter): Promise<number | undefined> {
    const { profile } = meter
    const values = decode(profile, await pollRegisters(client, meter))
    return values[fieldIndex(profile, "energy")]
}

/** @throws NotOffered */
export function requireSettings(profile: Profile): Setting[] {
    const { settings, model } = profile
    if (!settings) throw new NotOffered(model)
    return settings()
}
