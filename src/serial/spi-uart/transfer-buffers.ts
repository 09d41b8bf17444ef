import type { BitTiming } from "./bit-timing"
import { LONGEST_TRANSFER } from "./spi"

/** Idle time before a request: 10 ms at 9600 bit/s, where Modbus asks for 4 ms. In SPI bytes. */
const LEAD_BYTES = 98

/** The least of it on slow lines: more than the 3.5 characters of 11 bits that Modbus asks for. In bits. */
const LEAD_BITS = 40

/** Idle time between a request and the fall of DE: a bit more than 1 ms at 9600 bit/s. In SPI bytes. */
const TAIL_BYTES = 12

/** The exchange that the usual transfer is made for: the characters of a read request, and the time to answer. */
const USUAL_REQUEST = 8
const USUAL_TIMEOUT_MS = 200

/**
 * The samples of transfers. A buffer's length is that of its transfer, so there is one for each of three lengths; they
 * are allocated once and used for sending and receiving at the same time.
 */
export class TransferBuffers {
    /** Bytes of idle line that a transfer with a request begins with. */
    readonly leadBytes: number
    /** Bytes of idle line behind a request whose answer has a transfer of its own. */
    readonly tailBytes: number
    /** A request alone. */
    readonly brief: Buffer
    /** A request, and 200 ms for the answer. */
    readonly usual: Buffer
    /** As much as one transfer can be. */
    readonly longest = Buffer.alloc(LONGEST_TRANSFER)

    constructor(timing: BitTiming) {
        this.leadBytes = Math.max(LEAD_BYTES, Math.ceil((LEAD_BITS * timing.samplesPerBit) / 8))
        this.tailBytes = TAIL_BYTES + timing.stride
        const request = this.leadBytes + USUAL_REQUEST * timing.characterBytes
        this.brief = Buffer.alloc(roundUp4(request + this.tailBytes))
        const usual = roundUp4(request + timing.bytesIn(USUAL_TIMEOUT_MS))
        this.usual = usual < LONGEST_TRANSFER ? Buffer.alloc(usual) : this.longest
    }

    /** The shortest that holds `bytes`, or the longest; not `taken`, where there is a choice. */
    holding(bytes: number, taken?: Buffer): Buffer {
        if (bytes <= this.brief.length && taken !== this.brief) return this.brief
        if (bytes <= this.usual.length && taken !== this.usual) return this.usual
        return taken === this.longest ? this.usual : this.longest
    }
}

/** The DMA writes whole words. */
function roundUp4(bytes: number): number {
    return ((bytes + 3) >> 2) << 2
}
