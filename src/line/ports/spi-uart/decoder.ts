import { type BitTiming, FRAME_BITS, oddOnes } from "./bit-timing"
import type { Reception } from "./reception"
import { skipLow } from "./samples"

/** Framing errors after which decoding gives up: the line has another bit rate, or none. */
const MOST_FRAMING_ERRORS = 16

/** One bit of each byte of a word. */
const EACH_BYTE = 0x01010101

/** The top three bits of each byte of a word: the three samples in a byte vote on one bit of the line. */
const HIGH_VOTES = (0xe0 * EACH_BYTE) | 0
/** The same, four bits lower. */
const LOW_VOTES = 0x0e * EACH_BYTE

/** Multiplier that moves bit 0 of each byte of a word to bits 24 to 27 of the product, and bit 4 to bits 28 to 31. */
const GATHER = 0x01020408

/** For each byte, the number of zero bits before its first 1. As a literal it takes no heap. */
const LEADING_ZEROS = hex`
    080706060505050504040404040404040303030303030303030303030303030302020202020202020202020202020202
    020202020202020202020202020202020101010101010101010101010101010101010101010101010101010101010101
    010101010101010101010101010101010101010101010101010101010101010100000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    00000000000000000000000000000000
`

/** The bytes that hold the votes on one character, side by side. */
const gathered = Buffer.alloc(FRAME_BITS)

/**
 * Finds the characters in samples of the line.
 *
 * Every character is timed from its own falling edge, and each of its bits is the majority of three consecutive samples.
 * The votes on neighboring bits are a whole number of bytes apart, so that one word holds the votes on four bits and
 * counts them together. Twelve bits are decided; the last of them is the stop bit. The votes on the last four bits, where
 * a difference in bit rate shows most, are exact; the others can be up to two samples early, so that each lies within one
 * byte.
 *
 * Runs without a pause. It follows no more low edges than there is room for characters, so that noise cannot slow it down:
 * a transfer of 2140 bytes takes at most 40,000 VM steps, whatever it holds.
 *
 * @param samples overwritten: characters replace samples that are already decoded, which saves a buffer
 * @param from first byte to look at
 * @param to no character begins at or after this byte
 * @param into counters to add to
 * @returns the characters
 */
export function decode(
    samples: Buffer,
    from: number,
    to: number,
    timing: BitTiming,
    into: Reception,
): Buffer {
    const { stride, frameStart, lookBack } = timing
    const isSlow = stride > 1
    const words = isSlow ? gathered : samples
    const toStopBit = stride * (FRAME_BITS - 1)
    const dataShift = FRAME_BITS - timing.stopBit
    const startBit = 1 << (dataShift - 1)
    const hasParity = timing.parity !== undefined
    const end = Math.min(to, samples.length - timing.lookAhead)
    let length = 0
    let framingErrors = 0
    // the last sample already decoded: bit `7 - shift` of byte `i`
    let i = Math.max(from, lookBack) - 1
    let shift = 7
    let late = 0
    // every low edge that yields no character lowers the limit
    let limit = Math.ceil(((end - i) * 8) / (9.5 * timing.samplesPerBit))
    while (length < limit) {
        // the next low sample
        let low = ~samples[i] & (0x7f >> shift)
        if (!low) {
            i++
            low = ~samples[i] & 0xff
            if (!low) {
                i++
                while (samples.getAt(i, "i32") === -1) i += 4
                low = ~samples[i] & 0xff
                while (!low) {
                    i++
                    low = ~samples[i] & 0xff
                }
            }
        }
        if (i >= end) break

        // the votes; after a shift, each is in the top three bits of a byte
        shift = frameStart + LEADING_ZEROS[low]
        i = i + (shift >> 3)
        shift = shift & 7
        let earlyAt = i
        let earlyShift = 5
        if (isSlow) {
            gather(samples, i, stride, shift)
            late = gathered.getAt(8, "i32")
            earlyAt = 0
            earlyShift = 0
        } else {
            late = samples.getAt(i + 8, "i32") << shift
            if (shift > 5) {
                // those of the three bits of each vote that the shift has moved into the byte before
                const moved = 0x20202020 | (0x40404040 * (shift - 6))
                late ^= (late ^ (samples.getAt(i + 9, "i32") >>> (8 - shift))) & moved
            } else earlyShift = shift
        }
        const early =
            (((words.getAt(earlyAt, "i32") << earlyShift) >>> 4) & LOW_VOTES) |
            ((words.getAt(earlyAt + 4, "i32") << earlyShift) & HIGH_VOTES)

        // the majority of each three, in their top bit; that of the stop bit is the sign
        const lateBits = (late & (late << 1)) | ((late | (late << 1)) & (late << 2))
        const earlyBits = (early & (early << 1)) | ((early | (early << 1)) & (early << 2))
        let frame = Math.imul((earlyBits >>> 3) & 0x11111111, GATHER) >>> 24
        if (frame & startBit) {
            into.falseStarts++
            limit -= 2
            i += stride * (dataShift - 1)
            continue
        }
        i += toStopBit
        if (lateBits >= 0) {
            if (++framingErrors === MOST_FRAMING_ERRORS) break
            limit -= 2
            let high = samples[i] & (0x7f >> shift)
            if (!high) {
                i = skipLow(samples, i + 1)
                high = samples[i] & 0xff
            }
            shift = LEADING_ZEROS[high]
            continue
        }
        frame |= (Math.imul((lateBits >>> 7) & EACH_BYTE, GATHER) >>> 16) & 0xf00
        samples[length] = frame >> dataShift
        if (hasParity) {
            if ((oddOnes(samples[length]) ^ timing.parity) !== ((frame >> 10) & 1)) {
                into.parityErrors++
                limit--
                continue
            }
        }
        length++
    }
    into.framingErrors += framingErrors
    into.length += length
    return samples.slice(0, length)
}

/** Fills {@link gathered}. The first vote begins `shift` samples into byte `i`. */
function gather(samples: Buffer, i: number, stride: number, shift: number) {
    for (let bit = 0; bit < FRAME_BITS; bit++) {
        gathered[bit] = (samples[i] << shift) | (samples[i + 1] >> (8 - shift))
        i += stride
    }
}
