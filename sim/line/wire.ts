import { type Random, randomInteger } from "../random"

/** Characters on the wire, sent by one end at a steady pace. */
export interface Transmission {
    /** The bytes that everyone hears; a collision changes them. */
    readonly bytes: Uint8Array
    /** When the first start bit begins. */
    readonly start: number
    /** From one start bit to the next, in ms. */
    readonly pitchMs: number
    /** Duration of one character. */
    readonly characterMs: number
}

/** When the last stop bit of a transmission ends. */
export function endOf({ bytes, start, pitchMs, characterMs }: Transmission): number {
    return start + (bytes.length - 1) * pitchMs + characterMs
}

/** Two drivers work against each other: every character that overlaps one from the other end is garbled. */
export function collide(a: Transmission, b: Transmission, random: Random): void {
    if (endOf(a) <= b.start || endOf(b) <= a.start) return
    const hitInA = a.bytes.map((_, i) => (overlaps(a, i, b) ? 1 : 0))
    const hitInB = b.bytes.map((_, i) => (overlaps(b, i, a) ? 1 : 0))
    garble(a.bytes, hitInA, random)
    garble(b.bytes, hitInB, random)
}

function overlaps(a: Transmission, index: number, b: Transmission): boolean {
    const from = a.start + index * a.pitchMs
    return b.bytes.some((_, i) => {
        const other = b.start + i * b.pitchMs
        return other < from + a.characterMs && from < other + b.characterMs
    })
}

function garble(bytes: Uint8Array, hit: Uint8Array, random: Random): void {
    for (let i = 0; i < bytes.length; i++) if (hit[i]) bytes[i]! ^= randomInteger(random, 1, 255)
}
