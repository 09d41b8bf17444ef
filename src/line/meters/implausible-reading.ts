import { formatDecimal } from "./format"
import type { Implausible } from "./plausibility"

/** A meter answered rightly by Modbus, with a value that cannot be. */
export class ImplausibleReading extends Error {
    /**
     * @param finding the value, and what it contradicts
     * @param registers as they came, in hex, for the log
     */
    constructor(
        readonly finding: Implausible,
        readonly registers: string,
    ) {
        super(describe(finding) + ", registers " + registers)
    }
}

function describe({ field, value, limit }: Implausible): string {
    const { name, unit, decimals } = field
    const text = name + " " + formatDecimal(value, decimals) + " " + unit
    if (value === limit) return text + " cannot be"
    return text + " is beyond " + formatDecimal(limit, decimals)
}
