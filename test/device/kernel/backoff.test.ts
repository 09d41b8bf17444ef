import { describe, expect, test } from "@devicescript/test"
import { Backoff } from "../../../src/kernel/backoff"

function isWithin(value: number, low: number, high: number): boolean {
    return value >= low && value <= high
}

describe("backoff", () => {
    test("doubles the wait up to the cap, with up to 25 % jitter", () => {
        const backoff = new Backoff(1000, 5000)
        for (const base of [1000, 2000, 4000, 5000, 5000]) {
            expect(isWithin(backoff.next(), base, base * 1.25)).toBe(true)
        }
    })

    test("stays at the cap after many failures", () => {
        const backoff = new Backoff(1000, 60000)
        for (let i = 0; i < 100; i++) backoff.next()
        expect(isWithin(backoff.next(), 60000, 75000)).toBe(true)
    })

    test("varies the wait randomly", () => {
        const a = new Backoff(100000, 100000)
        const first = a.next()
        let different = 0
        for (let i = 0; i < 10; i++) if (a.next() !== first) different++
        expect(different >= 9).toBe(true)
    })
})
