import { describe, expect, test } from "@devicescript/test"
import { Gate } from "../../../../src/line/meters/gate"
import type { Meter, Reading } from "../../../../src/line/meters/profile"
import { pzem016 } from "../../../../src/line/meters/pzem-016"

const METER: Meter = { name: "m", profile: pzem016, address: 1 }

function reading(values: number[], seconds: number): Reading {
    return { meter: METER, at: seconds * 1000, values }
}

/** Values of a load of 230 W with this energy. */
function withEnergy(energy: number): number[] {
    return [2300, 1000, 2300, energy, 500, 100, 0]
}

function passes(gate: Gate, energy: number, seconds: number): boolean {
    return gate.judge(reading(withEnergy(energy), seconds)).finding === undefined
}

describe("gate", () => {
    test("lets a counter begin anywhere and go on", () => {
        const gate = new Gate()
        expect(passes(gate, 4294967000, 0)).toBe(true)
        expect(passes(gate, 4294967001, 10)).toBe(true)
        expect(passes(gate, 4294967001, 20)).toBe(true)
    })

    test("stops a single jump, up or down", () => {
        const gate = new Gate()
        expect(passes(gate, 5000, 0)).toBe(true)
        expect(passes(gate, 0, 10)).toBe(false)
        expect(passes(gate, 5001, 20)).toBe(true)
        expect(passes(gate, 42949672, 30)).toBe(false)
        expect(passes(gate, 5002, 40)).toBe(true)
    })

    test("believes a counter that stays on its new course for 10 s", () => {
        const gate = new Gate()
        expect(passes(gate, 5000, 0)).toBe(true)
        expect(passes(gate, 3, 1)).toBe(false)
        expect(passes(gate, 3, 6)).toBe(false)
        expect(passes(gate, 4, 10)).toBe(false)
        expect(passes(gate, 4, 11)).toBe(true)
        expect(passes(gate, 5, 12)).toBe(true)
        expect(passes(gate, 5000, 13)).toBe(false)
    })

    test("lets what it held back pass with what confirms it, in order and once", () => {
        const gate = new Gate()
        const passed: string[] = []
        const energies = [5000, 3, 3, 4, 4, 5]
        for (let i = 0; i < energies.length; i++) {
            for (const r of gate.judge(reading(withEnergy(energies[i]), i * 5)).passed) {
                passed.push(r.at / 1000 + ":" + r.values[3])
            }
        }
        expect(passed.join(" ")).toBe("0:5000 5:3 10:3 15:4 20:4 25:5")
    })

    test("drops what it held back when the counter returns to its course", () => {
        const gate = new Gate()
        const passed: string[] = []
        const energies = [5000, 9000000, 5001, 5002]
        for (let i = 0; i < energies.length; i++) {
            for (const r of gate.judge(reading(withEnergy(energies[i]), i * 5)).passed) {
                passed.push("" + r.values[3])
            }
        }
        expect(passed.join(" ")).toBe("5000 5001 5002")
    })

    test("does not believe a counter that jumps about", () => {
        const gate = new Gate()
        expect(passes(gate, 5000000, 0)).toBe(true)
        expect(passes(gate, 3, 10)).toBe(false)
        expect(passes(gate, 800000, 20)).toBe(false)
        expect(passes(gate, 9, 30)).toBe(false)
        expect(passes(gate, 10, 40)).toBe(true)
    })

    test("never believes a value out of range", () => {
        const gate = new Gate()
        const values = [3000, 1000, 2300, 5000, 500, 100, 0]
        for (let seconds = 0; seconds < 60; seconds += 10) {
            expect(gate.judge(reading(values, seconds)).finding?.field.name).toBe("voltage")
        }
    })

    test("lets a commanded reset pass at once", () => {
        const gate = new Gate()
        expect(passes(gate, 5000, 0)).toBe(true)
        gate.restart()
        expect(passes(gate, 0, 1)).toBe(true)
        expect(passes(gate, 5000, 2)).toBe(false)
    })
})
