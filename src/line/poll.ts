import type { Master } from "./master"
import type { Meter } from "./meters/profile"

/**
 * Reads all that the profile of a meter asks for.
 * @param repeat as for {@link Master.read}
 * @returns the registers of each of `profile.reads`, as {@link decode} takes them
 * @throws what {@link Master.read} throws
 */
export async function pollRegisters(master: Master, meter: Meter, repeat = true): Promise<Buffer[]> {
    const registers: Buffer[] = []
    for (const range of meter.profile.reads) registers.push(await master.read(meter.address, range, repeat))
    return registers
}
