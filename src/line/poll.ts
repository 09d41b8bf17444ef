import { type Meter, requestCount, requestOf } from "./meters/profile"
import type { ModbusClient } from "./modbus-client"
import { Attempts } from "./unit-pace"

/**
 * Reads all that the profile of a meter asks for. Once it has answered, it is there: what follows is worth repeating.
 * @param attempts as for {@link ModbusClient.read}, for the first request
 * @returns the registers of each request, as {@link decode} takes them
 * @throws what {@link ModbusClient.read} throws
 */
export async function pollRegisters(
    client: ModbusClient,
    meter: Meter,
    attempts = Attempts.Repeated,
): Promise<Buffer[]> {
    const registers: Buffer[] = []
    const { address, profile } = meter
    for (let i = 0; i < requestCount(profile); i++) {
        registers.push(await client.read(address, requestOf(profile, i), attempts))
        attempts = Math.max(attempts, Attempts.Repeated)
    }
    return registers
}
