import type { Master } from "./master"
import { type Meter, requestCount, requestOf } from "./meters/profile"

/**
 * Reads all that the profile of a meter asks for.
 * @param repeat as for {@link Master.read}
 * @returns the registers of each request, as {@link decode} takes them
 * @throws what {@link Master.read} throws
 */
export async function pollRegisters(master: Master, meter: Meter, repeat = true): Promise<Buffer[]> {
    const registers: Buffer[] = []
    const { address, profile } = meter
    for (let i = 0; i < requestCount(profile); i++)
        registers.push(await master.read(address, requestOf(profile, i), repeat))
    return registers
}
