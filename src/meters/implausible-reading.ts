import { formatDecimal } from "./format"
import type { Implausible } from "./plausibility"

/** A meter answered rightly by Modbus, with a value that cannot be. */
export class ImplausibleReading extends Error {
    /** The registers as they came, in hex, for the log. */
    readonly registers: string

    /**
     * @param finding the value, and what it contradicts
     * @param registers of each of the profile's reads
     */
    constructor(
        readonly finding: Implausible,
        registers: Buffer[],
    ) {
        super(describe(finding) + ", registers " + Buffer.concat(...registers).toString("hex"))
        this.registers = Buffer.concat(...registers).toString("hex")
    }
}

function describe(finding: Implausible): string {
    const { name, unit, decimals } = finding.field
    const value = formatDecimal(finding.value, decimals)
    const limit = formatDecimal(finding.limit, decimals)
    return name + " " + value + " " + unit + " is beyond " + limit
}
