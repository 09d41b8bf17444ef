import { expect, test } from "vitest"
import { measureUart } from "../../../bench/uart"

interface Figures {
    decodeSteps: number
    heapBytes: number
    rxTolerancePercent: [number, number]
    txTolerancePercent: [number, number]
    windowMs: number
}

test("the driver stays within its step and heap budgets, and tolerates clocks 4 % off", async () => {
    const figures = (await measureUart(false)).figures as Figures
    expect(figures.decodeSteps).toBeGreaterThan(10_000)
    expect(figures.decodeSteps).toBeLessThanOrEqual(40_000)
    expect(figures.heapBytes).toBeGreaterThan(2140)
    expect(figures.heapBytes).toBeLessThanOrEqual(5 * 1024)
    for (const [low, high] of [figures.rxTolerancePercent, figures.txTolerancePercent]) {
        expect(low).toBeLessThanOrEqual(-4)
        expect(high).toBeGreaterThanOrEqual(4)
    }
    expect(figures.windowMs).toBe(200)
})
