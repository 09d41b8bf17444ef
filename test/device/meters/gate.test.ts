import { describe, expect, test } from "@devicescript/test"
import { Gate } from "../../../src/meters/gate"
import { pzem016 } from "../../../src/meters/pzem-016"

/** Values of a load of 230 W with this energy. */
function withEnergy(energy: number): number[] {
    return [2300, 1000, 2300, energy, 500, 100, 0]
}

function passes(gate: Gate, energy: number, seconds: number): boolean {
    return gate.judge(withEnergy(energy), seconds * 1000) === undefined
}

describe("gate", () => {
    test("lets a counter begin anywhere and go on", () => {
        const gate = new Gate(pzem016)
        expect(passes(gate, 4294967000, 0)).toBe(true)
        expect(passes(gate, 4294967001, 10)).toBe(true)
        expect(passes(gate, 4294967001, 20)).toBe(true)
    })

    test("stops a single jump, up or down", () => {
        const gate = new Gate(pzem016)
        expect(passes(gate, 5000, 0)).toBe(true)
        expect(passes(gate, 0, 10)).toBe(false)
        expect(passes(gate, 5001, 20)).toBe(true)
        expect(passes(gate, 42949672, 30)).toBe(false)
        expect(passes(gate, 5002, 40)).toBe(true)
    })

    test("believes a counter that stays on its new course for 10 s", () => {
        const gate = new Gate(pzem016)
        expect(passes(gate, 5000, 0)).toBe(true)
        expect(passes(gate, 3, 1)).toBe(false)
        expect(passes(gate, 3, 6)).toBe(false)
        expect(passes(gate, 4, 10)).toBe(false)
        expect(passes(gate, 4, 11)).toBe(true)
        expect(passes(gate, 5, 12)).toBe(true)
        expect(passes(gate, 5000, 13)).toBe(false)
    })

    test("does not believe a counter that jumps about", () => {
        const gate = new Gate(pzem016)
        expect(passes(gate, 5000000, 0)).toBe(true)
        expect(passes(gate, 3, 10)).toBe(false)
        expect(passes(gate, 800000, 20)).toBe(false)
        expect(passes(gate, 9, 30)).toBe(false)
        expect(passes(gate, 10, 40)).toBe(true)
    })

    test("never believes a value out of range", () => {
        const gate = new Gate(pzem016)
        const values = [3000, 1000, 2300, 5000, 500, 100, 0]
        for (let seconds = 0; seconds < 60; seconds += 10) {
            expect(gate.judge(values, seconds * 1000)?.field.name).toBe("voltage")
        }
    })

    test("lets a commanded reset pass at once", () => {
        const gate = new Gate(pzem016)
        expect(passes(gate, 5000, 0)).toBe(true)
        gate.restart()
        expect(passes(gate, 0, 1)).toBe(true)
        expect(passes(gate, 5000, 2)).toBe(false)
    })
})
