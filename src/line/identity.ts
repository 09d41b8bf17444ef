import type { RegisterRange } from "./meters/profile"
import { ModbusError } from "./modbus/errors"
import type { ModbusClient } from "./modbus-client"

/** Registers that identify a meter model. */
export interface Identity {
    /** Name of the model for `devicescript.json`. */
    readonly model: string
    readonly range: RegisterRange
    /** What the registers hold in this model. */
    readonly content: Buffer
}

/**
 * Identifies the model of a meter.
 * @param identities those with the same registers should be adjacent: together they cost one request
 * @returns the model; `undefined` if none of them matches
 * @throws PortError
 */
export async function identify(
    client: ModbusClient,
    address: number,
    identities: Identity[],
): Promise<string | undefined> {
    let registers: Buffer | undefined
    for (let i = 0; i < identities.length; i++) {
        const identity = identities[i]
        if (i === 0 || !isSame(identities[i - 1].range, identity.range))
            registers = await contentOf(client, address, identity.range)
        if (registers && registers.toString("hex") === identity.content.toString("hex")) return identity.model
    }
    return undefined
}

function isSame(a: RegisterRange, b: RegisterRange): boolean {
    return a.functionCode === b.functionCode && a.start === b.start && a.count === b.count
}

/** Reads the registers; `undefined` if that fails, as when the meter does not have them. */
async function contentOf(
    client: ModbusClient,
    address: number,
    range: RegisterRange,
): Promise<Buffer | undefined> {
    try {
        return await client.read(address, range)
    } catch (e) {
        if (e instanceof ModbusError) return undefined
        throw e
    }
}
