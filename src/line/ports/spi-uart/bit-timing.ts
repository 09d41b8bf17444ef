import type { LineSettings } from "../line-settings"

/** Line settings with a bit rate that the SPI-UART supports. */
export interface LineFormat extends LineSettings {
    /** bit/s */
    readonly baud: 1200 | 2400 | 4800 | 9600 | 19200
}

/** 80 MHz / 1024: the slowest clock that the ESP32-C3 and the ESP32-S3 can make, and exact on every ESP32. */
const SLOWEST_CLOCK_HZ = 78_125

/** Bits decided together: the stop bit that ends a character, and those before it. */
export const FRAME_BITS = 12

/**
 * Where the bits of a character lie in a stream of SPI samples.
 *
 * Eight samples make one SPI byte; the first sample is the byte's most significant bit. Bit 0 of a character is the
 * start bit, 1 to 8 are the data bits, then the parity bit if there is one, then the stop bits.
 */
export class BitTiming {
    /** SPI clock in Hz: the number of samples in a second. */
    readonly sampleRate: number
    /** Not a whole number: 8.138 at 9600 bit/s. */
    readonly samplesPerBit: number
    /** Bytes from the decision on a bit to that on the next: 1, 2, 4 or 8, slightly less than `samplesPerBit / 8`. */
    readonly stride: number
    /** Number of the first stop bit: 9, or 10 after a parity bit. */
    readonly stopBit: number
    /** 0 even, 1 odd, `undefined` none. */
    readonly parity: number | undefined

    /** SPI bytes for sending one character; every character begins on a byte. */
    readonly characterBytes: number
    /** For each bit, the sample it begins with when sent. The last entry is the first stop bit. */
    readonly edges: number[] = []

    /** Samples from the first low one of a character to the first that decides on it; mostly negative. */
    readonly frameStart: number
    /** Bytes before a character that its decision can use. */
    readonly lookBack: number
    /** Bytes from the first low sample of a character onward that its decision can use. */
    readonly lookAhead: number

    constructor(format: LineFormat) {
        const { baud, parity, stopBits } = format
        const sampleRate = baud === 19200 ? 2 * SLOWEST_CLOCK_HZ : SLOWEST_CLOCK_HZ
        this.sampleRate = sampleRate
        if (parity === "even") this.parity = 0
        if (parity === "odd") this.parity = 1
        const samplesPerBit = sampleRate / baud
        const stride = Math.floor(samplesPerBit / 8)
        const stopBit = this.parity === undefined ? 9 : 10
        this.samplesPerBit = samplesPerBit
        this.stride = stride
        this.stopBit = stopBit

        this.characterBytes = Math.ceil(((stopBit + stopBits) * samplesPerBit) / 8)
        for (let bit = 0; bit <= stopBit; bit++) this.edges.push(Math.round(bit * samplesPerBit))

        // On average the true edge lies half a sample before the first low sample.
        const stopCentre = Math.round((stopBit + 0.5) * samplesPerBit - 0.5)
        this.frameStart = stopCentre - 1 - 8 * stride * (FRAME_BITS - 1)
        this.lookBack = -(this.frameStart >> 3)
        this.lookAhead = ((stopCentre + 8) >> 3) + 4
    }

    /** Number of whole SPI bytes in `ms`. */
    bytesIn(ms: number): number {
        return Math.floor((ms * this.sampleRate) / 8000)
    }

    /** How long the transfer of `bytes` takes, in ms. */
    duration(bytes: number): number {
        return (bytes * 8000) / this.sampleRate
    }
}

/** 1 when `byte` has an odd number of ones, else 0. */
export function oddOnes(byte: number): number {
    return (0x6996 >> ((byte ^ (byte >> 4)) & 15)) & 1
}
