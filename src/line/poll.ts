import { type Meter, requestCount, requestOf } from "./meters/profile"
import type { ModbusClient } from "./modbus-client"
import { Attempts } from "./unit-pace"

/**
 * Makes all requests in the profile of a meter. After the first answer the meter is known to be there, so all further
 * requests are repeated on failure.
 * @param attempts as for {@link ModbusClient.read}, for the first request
 * @returns the registers of each request, as {@link decode} expects them
 * @throws as {@link ModbusClient.read}
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
