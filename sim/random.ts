/** Draws the next number, uniformly distributed from 0 up to but not including 1. */
export type Random = () => number

/** A repeatable sequence of random numbers. (Mulberry32, by Tommy Ettinger, public domain.) */
export function seededRandom(seed: number): Random {
    let state = seed | 0
    return () => {
        state = (state + 0x6d2b79f5) | 0
        return mix(state)
    }
}

/** A random integer from `least` to `most`, both included. */
export function randomInteger(random: Random, least: number, most: number): number {
    return least + Math.floor(random() * (most - least + 1))
}

/** A random one of some values. */
export function pick<T>(values: readonly T[], random: Random): T {
    return values[Math.floor(random() * values.length)]!
}

/** The random number from 0 to 1 for a seed and an index, independent of the order of calls. */
export function hashed(seed: number, index: number): number {
    return mix((Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul((index | 0) + 1, 0x85ebca6b)) + 0x6d2b79f5)
}

/** Smooth noise from -1 to 1 as a pure function of time: random values `period` apart, smoothly interpolated (value noise). */
export function smoothNoise(seed: number, time: number, period: number): number {
    const position = time / period
    const index = Math.floor(position)
    const part = position - index
    const weight = part * part * (3 - 2 * part)
    const before = hashed(seed, index)
    return 2 * (before + (hashed(seed, index + 1) - before) * weight) - 1
}

function mix(state: number): number {
    let x = Math.imul(state ^ (state >>> 15), 1 | state)
    x ^= x + Math.imul(x ^ (x >>> 7), 61 | x)
    return ((x ^ (x >>> 14)) >>> 0) / 0x1_0000_0000
}
