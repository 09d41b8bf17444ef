import fc from "fast-check"
import { expect, test } from "vitest"
import { hashed, randomInteger, seededRandom, smoothNoise } from "../../../sim/random"

/** How often the numbers fall into each sixteenth of 0 to 1. */
function histogram(numbers: number[]): number[] {
    const counts = new Array(16).fill(0)
    for (const number of numbers) counts[Math.floor(number * 16)]++
    return counts
}

test.each([0, 1, 2, -7, 2 ** 40])("is evenly distributed for seed %i, in sequence and by index", seed => {
    const random = seededRandom(seed)
    for (const numbers of [
        Array.from({ length: 32_000 }, random),
        Array.from({ length: 32_000 }, (_, i) => hashed(seed, i)),
    ]) {
        const counts = histogram(numbers)
        expect(Math.min(...counts)).toBeGreaterThan(1750)
        expect(Math.max(...counts)).toBeLessThan(2250)
    }
})

test("repeats a sequence only for the same seed", () => {
    const sequence = (seed: number) => Array.from({ length: 5 }, seededRandom(seed))
    expect(sequence(1)).toEqual(sequence(1))
    expect(sequence(1)).not.toEqual(sequence(2))
})

test("whole numbers reach both ends of their range", () => {
    const random = seededRandom(1)
    const drawn = new Set(Array.from({ length: 200 }, () => randomInteger(random, 3, 6)))
    expect([...drawn].sort()).toEqual([3, 4, 5, 6])
})

test("smooth noise stays from -1 to 1 and never jumps", () => {
    fc.assert(
        fc.property(fc.integer(), fc.integer({ min: 0, max: 4e12 }), (seed, time) => {
            const now = smoothNoise(seed, time, 60_000)
            expect(Math.abs(now)).toBeLessThanOrEqual(1)
            expect(Math.abs(smoothNoise(seed, time + 60, 60_000) - now)).toBeLessThan(0.004)
        }),
    )
})
