import type { BitTiming } from "./bit-timing"

/** Longest transfer that one DMA descriptor can hold, in bytes. */
export const LONGEST_TRANSFER = 4092

/** Idle time before a request: 10 ms at 9600 bit/s, where Modbus asks for 4 ms. In SPI bytes. */
const LEAD_BYTES = 98

/** Minimum idle time on slow lines: more than the 3.5 characters of 11 bits that Modbus asks for. In bits. */
const LEAD_BITS = 40

/** Idle time between a request and the fall of DE: slightly more than 1 ms at 9600 bit/s. In SPI bytes. */
const TAIL_BYTES = 12

/** Characters of a read request, for which the transfers are sized. */
const USUAL_REQUEST = 8

/** Time for an answer in the transfer of its request, in ms; more below 9600 bit/s, where characters take longer. */
const ANSWER_MS = 200
const SLOW_ANSWER_MS = 400

/** Bytes of idle line at the start of a transfer with a request. */
export function leadBytes(timing: BitTiming): number {
    return Math.max(LEAD_BYTES, Math.ceil((LEAD_BITS * timing.samplesPerBit) / 8))
}

/** Bytes of idle line after a request whose answer has a transfer of its own. */
export function tailBytes(timing: BitTiming): number {
    return TAIL_BYTES + timing.stride
}

/** Bytes of the transfer that holds a request alone. */
export function briefBytes(timing: BitTiming): number {
    return roundUp4(requestBytes(timing) + tailBytes(timing))
}

/** Bytes of the transfer that holds a request, and time for the answer. */
export function longBytes(timing: BitTiming): number {
    const answer = timing.bytesIn(timing.stride === 1 ? ANSWER_MS : SLOW_ANSWER_MS)
    return Math.min(roundUp4(requestBytes(timing) + answer), LONGEST_TRANSFER)
}

function requestBytes(timing: BitTiming): number {
    return leadBytes(timing) + USUAL_REQUEST * timing.characterBytes
}

/** The DMA writes whole words. */
function roundUp4(bytes: number): number {
    return ((bytes + 3) >> 2) << 2
}
