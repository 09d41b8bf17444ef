import { formatDecimal } from "./format"
import type { Implausible } from "./plausibility"

/** A meter sent a valid Modbus reply with an implausible value. */
export class ImplausibleReading extends Error {
    /**
     * @param finding the value, and the limit that it violates
     * @param registers the raw registers in hexadecimal, for the log
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
    if (value === limit) return text + " is impossible"
    return text + " is beyond " + formatDecimal(limit, decimals)
}
