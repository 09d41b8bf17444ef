import { describe, expect, test } from "@devicescript/test"
import { nextRound } from "../../../src/actors/poller/rounds"

const POLL = 10000
/** Offset of a wall clock whose multiples of 10 s fall at 3210.5, 13210.5, ... on the monotonic clock. */
const OFFSET = 1790000000000 - 3210.5

function slotOf(at: number, offset: number): number {
    return Math.round((at + offset) / POLL)
}

/** Whether the wall clock shows a multiple of the interval. (The VM's `%` works on 32-bit integers.) */
function isMultiple(at: number, offset: number): boolean {
    const slots = (at + offset) / POLL
    return Math.abs(slots - Math.round(slots)) < 0.0001
}

describe("rounds", () => {
    test("start one interval apart while the wall clock is unknown", () => {
        expect(nextRound(5000, 5090, POLL, undefined)).toBe(15000)
    })

    test("start at multiples of the interval once the wall clock is known", () => {
        expect(nextRound(13210.5, 13300, POLL, OFFSET)).toBe(23210.5)
    })

    test("use the next slot when the wall clock becomes known, wherever the last round was", () => {
        for (let last = 5000; last < 25000; last += 100) {
            const next = nextRound(last, last + 90, POLL, OFFSET)
            expect(isMultiple(next, OFFSET)).toBe(true)
            expect(slotOf(next, OFFSET)).toBe(slotOf(last, OFFSET) + 1)
        }
    })

    test("use the next slot even when the last round ended in it", () => {
        expect(nextRound(8000, 8600, POLL, OFFSET)).toBe(13210.5)
        expect(nextRound(8300, 9000, POLL, OFFSET)).toBe(23210.5)
    })

    test("use every slot exactly once while the clock shifts back and forth", () => {
        let offset = OFFSET
        let last = nextRound(5000, 5000, POLL, offset)
        for (const shift of [0, 300, -450, 499, -499, 20, 4000, -4000]) {
            const before = slotOf(last, offset + shift)
            offset = offset + shift
            last = nextRound(last, last + 90, POLL, offset)
            expect(slotOf(last, offset)).toBe(before + 1)
            expect(isMultiple(last, offset)).toBe(true)
        }
    })

    test("stay half to one and a half intervals apart when the clock jumps", () => {
        for (const jump of [3600000, -3600000, 86412345, -777]) {
            const next = nextRound(13210.5, 13300, POLL, OFFSET + jump)
            expect(next - 13210.5 >= POLL / 2 && next - 13300 <= 1.5 * POLL).toBe(true)
        }
    })

    test("are skipped when their start time has passed", () => {
        expect(nextRound(5000, 14999, POLL, undefined)).toBe(15000)
        expect(nextRound(5000, 15000, POLL, undefined)).toBe(25000)
        expect(nextRound(5000, 38000, POLL, undefined)).toBe(45000)
        expect(nextRound(13210.5, 33210.5, POLL, OFFSET)).toBe(43210.5)
    })
})
