import { type BitTiming, oddOnes } from "./bit-timing"

/**
 * Draws the waveform of one character into an idle line.
 *
 * Each bit begins at the sample nearest to its true time: the error is at most half a sample and does not add up.
 *
 * @param line samples, all 1 where the character goes
 * @param at first of the `timing.characterBytes` bytes to write
 * @throws RangeError if the line ends before the character does
 */
export function encode(character: number, timing: BitTiming, line: Buffer, at: number) {
    const { edges, stopBit, parity } = timing
    let bits = character << 1
    if (parity !== undefined) bits |= (oddOnes(character) ^ parity) << 9
    let bit = 0
    while (bit < stopBit) {
        if ((bits >> bit) & 1) {
            bit++
        } else {
            const from = edges[bit]
            while (bit < stopBit && !((bits >> bit) & 1)) bit++
            drawLow(line, at * 8 + from, at * 8 + edges[bit])
        }
    }
}

/** Clears the samples from `from` up to, not including, `to`: at least eight. */
function drawLow(line: Buffer, from: number, to: number) {
    const first = from >> 3
    const last = to >> 3
    line[first] &= 0xff00 >> (from & 7)
    line.fillAt(first + 1, last - first - 1, 0)
    if (to & 7) line[last] &= 0xff >> (to & 7)
}
