/** Condition of a line in one exchange, from best to worst. */
export type LineCondition =
    /** an answer came and was understood */
    | "fine"
    /** well-formed characters came, but the caller did not understand them: wrong checksum, or a foreign frame */
    | "garbled"
    /** characters without a proper stop bit or parity, or pulses that are no characters */
    | "framing errors"
    /** the request came back, as it does with adapters that echo, and nothing after it */
    | "only echo"
    /** something other than the request came back while it was sent */
    | "wrong echo"
    /** not one low sample: nobody answered */
    | "silence"
    /** not one high sample */
    | "stuck low"

/** What the port observed in an exchange, not yet interpreted. */
export interface LineEvidence {
    /** No sample was high. */
    readonly stuckLow: boolean
    /** What was heard while sending. */
    readonly echo: "none" | "right" | "wrong"
    /** Characters after the request. */
    readonly characters: number
    /** Framing and parity errors and false starts after the request. */
    readonly errors: number
}

/**
 * Names the condition of a line.
 *
 * @param understood whether the layer above understood the characters: a Modbus client passes `true` for any frame with a
 * correct CRC from the server it asked
 */
export function diagnose(evidence: LineEvidence, understood: boolean): LineCondition {
    if (understood) return "fine"
    if (evidence.stuckLow) return "stuck low"
    if (evidence.errors > 0) return "framing errors"
    if (evidence.characters > 0) return "garbled"
    if (evidence.echo === "wrong") return "wrong echo"
    if (evidence.echo === "right") return "only echo"
    return "silence"
}

/** What the owner can do about a line's condition. */
export function cureFor(condition: LineCondition): string {
    switch (condition) {
        case "fine":
            return "nothing to do"
        case "garbled":
            return "check for a second client or two meters at one address, and the cable, termination and stop bits"
        case "framing errors":
            return "check the meter's baud rate, bias and termination; with a DE pin, that DE goes low in time"
        case "only echo":
            return "sending works: check the meter's power, address and baud rate, and whether A and B are swapped"
        case "wrong echo":
            return "check the wire from MOSI to the adapter's TXD or DI, and that no other device sends"
        case "silence":
            return "check the meter's power, address and baud rate, swap A and B, check both wires to the adapter"
        default:
            return "check the wire from the adapter's RXD or RO to MISO, the adapter's power, and swap A and B"
    }
}
