import { ExceptionReply, ForeignAddress, ModbusError, NoAnswer, OnlyEcho } from "./modbus/errors"
import type { ModbusClient } from "./modbus-client"

/** The range of Modbus addresses that a device can have. Peacefair's general address is outside it. */
export const FIRST_ADDRESS = 1
export const LAST_ADDRESS = 247

/** Result of probing an address on the line. */
export type Presence =
    /** nobody answers */
    | "absent"
    /** a meter answers, possibly with an exception */
    | "present"
    /** something answers, but not with a valid reply: often two meters with the same address */
    | "garbled"

/**
 * Probes every address from `first` to `last`. Each silent one takes a little over a second.
 *
 * @param progress called with each result as soon as it is known
 * @throws RangeError if an address cannot be that of a device; PortError
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
 * Probes one address.
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

/** @throws RangeError if `address` cannot be that of a device */
export function requireDeviceAddress(address: number) {
    const whole = Math.floor(address) === address
    if (!whole || address < FIRST_ADDRESS || address > LAST_ADDRESS) {
        throw new RangeError(
            "meter address must be " + FIRST_ADDRESS + " to " + LAST_ADDRESS + ", not " + address,
        )
    }
}
