import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { Backoff } from "../../../src/kernel/backoff"
import { Intensity } from "../../../src/kernel/intensity"
import { Xorshift } from "../line/meters/xorshift"

describe("intensity", () => {
    test("allows the configured number of restarts and no more", () => {
        const intensity = new Intensity(3, 60000)
        for (const at of [0, 20000, 40000]) expect(intensity.record(at)).toBe(true)
        expect(intensity.record(59999)).toBe(false)
    })

    test("forgets a restart after the period", () => {
        const intensity = new Intensity(3, 60000)
        for (const at of [0, 20000, 40000, 60000, 80000, 100000]) expect(intensity.record(at)).toBe(true)
    })

    test("allows no restart when configured with zero", () => {
        expect(new Intensity(0, 60000).record(0)).toBe(false)
    })

    test("agrees with a full count for random sequences", async () => {
        const random = new Xorshift()
        for (let round = 0; round < 60; round++) {
            await ds.sleep(1)
            const restarts = random.below(6)
            const periodMs = 1 + random.below(100000)
            const intensity = new Intensity(restarts, periodMs)
            const all: number[] = []
            let now = 0
            for (let i = 0; i < 20; i++) {
                now = now + random.below(periodMs / 2 + 2)
                all.push(now)
                let within = 0
                for (const at of all) if (at > now - periodMs) within++
                expect(intensity.record(now)).toBe(within <= restarts)
            }
        }
    })

    test("keeps random backoff sequences within their bounds", async () => {
        const random = new Xorshift()
        for (let round = 0; round < 60; round++) {
            await ds.sleep(1)
            const firstMs = 1 + random.below(10000)
            const capMs = firstMs + random.below(500000)
            let backoff = new Backoff(firstMs, capMs)
            let base = firstMs
            for (let i = 0; i < 20; i++) {
                if (random.below(6) === 0) {
                    backoff = new Backoff(firstMs, capMs)
                    base = firstMs
                }
                const wait = backoff.next()
                // the wait is rounded to a whole ms
                expect(wait >= base - 1 && wait <= base * 1.25 + 1).toBe(true)
                base = Math.min(base * 2, capMs)
            }
        }
    })
})
