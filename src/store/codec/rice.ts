import { type BitReader, type BitWriter, bitLength } from "./bits"

/*
 * Golomb-Rice codes whose parameter follows what they code, after H. Malvar, "Adaptive run-length / Golomb-Rice
 * encoding of quantized generalized Gaussian sources with unknown statistics", DCC 2006.
 *
 * A "fit" is eight times the parameter: the number of low bits that are written as they are.
 */

/** One step of the parameter. */
export const FIT = 8
const LARGEST_FIT = 15 * FIT
/** So many ones say that a number follows which is larger than the parameter foresees. */
const ESCAPE = 8

/** A difference as a number without sign: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4. */
export function zigzag(difference: number): number {
    return difference < 0 ? -2 * difference - 1 : 2 * difference
}

/** The difference that {@link zigzag} made `value` of. */
export function unzigzag(value: number): number {
    const half = Math.floor(value / 2)
    return value === 2 * half ? half : -half - 1
}

/** A parameter that suits numbers of about this size. */
export function fitFor(value: number): number {
    return Math.min(bitLength(value) * FIT, LARGEST_FIT)
}

/** The parameter for the next number, after this one. */
export function refit(fit: number, value: number): number {
    const step = 1 << (fit >> 3)
    if (value < step) return fit < 2 ? 0 : fit - 2
    if (value < 2 * step) return fit
    return Math.min(fit + 1 + Math.min(Math.floor(value / step), ESCAPE), LARGEST_FIT)
}

/** @param value 0 to 2^34 - 1 */
export function putRice(writer: BitWriter, fit: number, value: number) {
    const parameter = fit >> 3
    const quotient = Math.floor(value / (1 << parameter))
    if (quotient < ESCAPE) {
        const ones = (2 << quotient) - 2
        writer.put((ones << parameter) | (value - (quotient << parameter)), quotient + 1 + parameter)
    } else {
        writer.put((1 << ESCAPE) - 1, ESCAPE)
        writer.putSized(value)
    }
}

export function getRice(reader: BitReader, fit: number): number {
    const parameter = fit >> 3
    const quotient = reader.getOnes(ESCAPE)
    if (quotient === ESCAPE) return reader.getSized()
    return (quotient << parameter) + reader.get(parameter)
}
