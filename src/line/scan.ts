import { ExceptionReply, ForeignAddress, ModbusError, NoAnswer, OnlyEcho } from "./modbus/errors"
import type { ModbusClient } from "./modbus-client"

/** Slave addresses that a device may have. The general address of Peacefair is none of them. */
export const FIRST_ADDRESS = 1
export const LAST_ADDRESS = 247

/** What an address on the line sounds like. */
export type Presence =
    /** nobody answers */
    | "absent"
    /** a meter answers, be it with a refusal */
    | "present"
    /** something answers, but not a frame: often two meters with the same address */
    | "garbled"

/**
 * Asks every address from `first` to `last`, which takes a good second for each that is silent.
 *
 * @param progress told each address as soon as it is known
 * @throws RangeError when an address cannot be that of a device; PortError
 */
export async function scan(
    client: ModbusClient,
    first: number,
    last: number,
    progress: (address: number, presence: Presence) => void,
): Promise<void> {
    requireDeviceAddress(first)
    requireDeviceAddress(last)
    for (let address = first; address <= last; address++) progress(address, await presence(client, address))
}

/**
 * Asks one address whether somebody is there.
 * @throws PortError
 */
export async function presence(client: ModbusClient, address: number): Promise<Presence> {
    try {
        await client.probe(address)
        return "present"
    } catch (e) {
        if (e instanceof ExceptionReply) return "present"
        if (e instanceof NoAnswer || e instanceof OnlyEcho || e instanceof ForeignAddress) return "absent"
        if (e instanceof ModbusError) return "garbled"
        throw e
    }
}

/** @throws RangeError when `address` cannot be that of a device */
export function requireDeviceAddress(address: number) {
    const whole = Math.floor(address) === address
    if (!whole || address < FIRST_ADDRESS || address > LAST_ADDRESS) {
        throw new RangeError(
            "slave address must be " + FIRST_ADDRESS + " to " + LAST_ADDRESS + ", not " + address,
        )
    }
}
