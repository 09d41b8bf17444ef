import * as ds from "@devicescript/core"
import { decode } from "../meters/decode"
import { formatDecimal } from "../meters/format"
import type { Gate } from "../meters/gate"
import type { Implausible } from "../meters/plausibility"
import type { Meter, Reading } from "../meters/profile"
import type { Master } from "./master"

/** A meter answered rightly by Modbus, with values that cannot be. */
export class ImplausibleReading extends Error {
    constructor(
        readonly meter: Meter,
        readonly finding: Implausible,
        /** The registers of each of the profile's reads as they came, for the log. */
        readonly registers: Buffer[],
    ) {
        super(meter.name + ": " + describe(finding))
    }
}

/**
 * Polls a meter once.
 *
 * @param gate the one gate of this meter
 * @throws a subclass of {@link ModbusError}, {@link PortError}, or {@link ImplausibleReading}
 */
export async function readMeter(master: Master, meter: Meter, gate: Gate): Promise<Reading> {
    const registers: Buffer[] = []
    for (const range of meter.profile.reads) registers.push(await master.read(meter.address, range))
    const reading = { meter, at: ds.millis(), values: decode(meter.profile, registers) }
    const finding = gate.judge(reading.values, reading.at)
    if (finding) throw new ImplausibleReading(meter, finding, registers)
    return reading
}

function describe(finding: Implausible): string {
    const { name, unit, decimals } = finding.field
    const value = formatDecimal(finding.value, decimals)
    const limit = formatDecimal(finding.limit, decimals)
    return name + " " + value + " " + unit + " is beyond " + limit
}
