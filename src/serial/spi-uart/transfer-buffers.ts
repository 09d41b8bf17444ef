import type { BitTiming } from "./bit-timing"
import { LONGEST_TRANSFER } from "./spi"

/** Idle time before a request: 10 ms at 9600 bit/s, where Modbus asks for 4 ms. In SPI bytes. */
const LEAD_BYTES = 98

/** The least of it on slow lines: more than the 3.5 characters of 11 bits that Modbus asks for. In bits. */
const LEAD_BITS = 40

/** Idle time between a request and the fall of DE: a bit more than 1 ms at 9600 bit/s. In SPI bytes. */
const TAIL_BYTES = 12

/** Characters of a read request, for which the brief transfer is made. */
const USUAL_REQUEST = 8

/** Time for an answer in one transfer with its request: at 9600 bit/s and above, and below, where characters take longer. */
const ANSWER_MS = 200
const SLOW_ANSWER_MS = 400

/**
 * The samples of transfers. A buffer's length is that of its transfer, so there is one for each of two lengths; they
 * are allocated once and used for sending and receiving at the same time.
 */
export class TransferBuffers {
    /** Bytes of idle line that a transfer with a request begins with. */
    readonly leadBytes: number
    /** Bytes of idle line behind a request whose answer has a transfer of its own. */
    readonly tailBytes: number
    /** A request alone. */
    readonly brief: Buffer
    /** A request, and time for the answer. */
    readonly long: Buffer

    constructor(timing: BitTiming) {
        this.leadBytes = Math.max(LEAD_BYTES, Math.ceil((LEAD_BITS * timing.samplesPerBit) / 8))
        this.tailBytes = TAIL_BYTES + timing.stride
        const request = this.leadBytes + USUAL_REQUEST * timing.characterBytes
        this.brief = Buffer.alloc(roundUp4(request + this.tailBytes))
        const answer = timing.bytesIn(timing.stride === 1 ? ANSWER_MS : SLOW_ANSWER_MS)
        this.long = Buffer.alloc(Math.min(roundUp4(request + answer), LONGEST_TRANSFER))
    }

    /** The shorter that holds `bytes`, or the longer. */
    holding(bytes: number): Buffer {
        return bytes <= this.brief.length ? this.brief : this.long
    }
}

/** The DMA writes whole words. */
function roundUp4(bytes: number): number {
    return ((bytes + 3) >> 2) << 2
}
