import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { pzem016 } from "../../../../src/generated/models/pzem-016"
import { Gate } from "../../../../src/line/meters/gate"
import type { Meter, Reading } from "../../../../src/line/meters/profile"
import { field, profileOf } from "../../profiles"

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

/** The energies that pass when one reading comes every `seconds` seconds. */
function passedBy(gate: Gate, energies: number[], seconds: number): string {
    const passed: string[] = []
    for (let i = 0; i < energies.length; i++) {
        for (const r of gate.judge(reading(withEnergy(energies[i]), i * seconds)).passed) {
            passed.push("" + r.values[3])
        }
    }
    return passed.join(" ")
}

/** A gate that already knows the meter's counter. */
function begun(energy: number): Gate {
    const gate = new Gate()
    gate.judge(reading(withEnergy(energy), -2))
    gate.judge(reading(withEnergy(energy), -1))
    return gate
}

describe("gate", () => {
    test("holds the first reading until a second confirms its counter, then passes both", () => {
        expect(passedBy(new Gate(), [8000000, 8000001, 8000001], 10)).toBe("8000000 8000001 8000001")
        const gate = new Gate()
        expect(gate.judge(reading(withEnergy(5000), 0)).passed.length).toBe(0)
        expect(gate.judge(reading(withEnergy(5001), 10)).passed.length).toBe(2)
    })

    test("drops a first reading that the second contradicts", () => {
        expect(passedBy(new Gate(), [9000000, 5000, 5001, 5002], 10)).toBe("5000 5001 5002")
        const gate = new Gate()
        expect(gate.judge(reading(withEnergy(9000000), 0)).finding).toBe(undefined)
        expect(gate.judge(reading(withEnergy(5000), 10)).finding?.field.name).toBe("energy")
    })

    test("passes readings without counters immediately", () => {
        const profile = profileOf("m", [field("power", "W", 1)])
        const meter = { name: "m", profile, address: 1 }
        expect(new Gate().judge({ meter, at: 0, values: [1] }).passed.length).toBe(1)
    })

    test("drops a single jump, up or down", () => {
        expect(passedBy(new Gate(), [5000, 5000, 0, 5001, 4294967, 5002], 10)).toBe("5000 5000 5001 5002")
    })

    test("accepts a counter that rolls over", () => {
        expect(passedBy(new Gate(), [9999990, 9999998, 3, 9], 10)).toBe("9999990 9999998 3 9")
    })

    test("accepts a new counter level after 10 s", () => {
        const gate = begun(5000)
        expect(passes(gate, 3, 1)).toBe(false)
        expect(passes(gate, 3, 6)).toBe(false)
        expect(passes(gate, 4, 10)).toBe(false)
        expect(passes(gate, 4, 11)).toBe(true)
        expect(passes(gate, 5, 12)).toBe(true)
        expect(passes(gate, 5000, 13)).toBe(false)
    })

    test("accepts a counter at 0 only after 30 s", () => {
        expect(passedBy(new Gate(), [5000, 5000, 0, 0, 0, 5001], 10)).toBe("5000 5000 5001")
        expect(passedBy(new Gate(), [5000, 5000, 0, 0, 0, 0, 0], 10)).toBe("5000 5000 0 0 0 0 0")
    })

    test("limits how many readings it holds", async () => {
        const zeros: number[] = []
        for (let i = 0; i < 32; i++) zeros.push(0)
        const gate = begun(5000)
        let passed = 0
        for (let i = 0; i < 32; i++) {
            passed = passed + gate.judge(reading(withEnergy(0), 1 + i)).passed.length
            await ds.sleep(1)
        }
        expect(passed).toBe(13)
    })

    test("releases held readings once and in order when a later one confirms them", () => {
        expect(passedBy(new Gate(), [5000, 5000, 3, 3, 4, 4, 5], 5)).toBe("5000 5000 3 3 4 4 5")
    })

    test("drops held readings when the counter returns to its old level", () => {
        expect(passedBy(new Gate(), [5000, 5000, 9000000, 5001, 5002], 5)).toBe("5000 5000 5001 5002")
    })

    test("rejects a counter until it stops jumping", () => {
        const gate = begun(5000000)
        expect(passes(gate, 3, 10)).toBe(false)
        expect(passes(gate, 800000, 20)).toBe(false)
        expect(passes(gate, 9, 30)).toBe(false)
        expect(passes(gate, 10, 40)).toBe(true)
    })

    test("never accepts a value out of range", () => {
        const gate = new Gate()
        const values = [3000, 1000, 2300, 5000, 500, 100, 0]
        for (let seconds = 0; seconds < 60; seconds += 10) {
            expect(gate.judge(reading(values, seconds)).finding?.field.name).toBe("voltage")
        }
    })

    test("accepts a commanded reset immediately", () => {
        const gate = begun(5000)
        gate.restart(1)
        // the meter shows the old counter for another moment
        expect(passes(gate, 5001, 0.5)).toBe(true)
        expect(gate.judge(reading(withEnergy(0), 1)).finding).toBe(undefined)
        expect(passes(gate, 0, 2)).toBe(true)
        expect(passes(gate, 5000, 3)).toBe(false)
    })

    test("expects no jump any more once the count has gone on for 10 s after a commanded reset", () => {
        const gate = begun(5000)
        gate.restart(1)
        expect(passes(gate, 5001, 1)).toBe(true)
        expect(passes(gate, 5001, 11)).toBe(true)
        expect(passes(gate, 0, 12)).toBe(false)
        expect(passes(gate, 5001, 13)).toBe(true)
    })

    test("accepts a commanded reset whose first reading comes an hour later", () => {
        const gate = begun(5000)
        gate.restart(3600000)
        expect(passes(gate, 3, 3600)).toBe(true)
        expect(passes(gate, 0, 7200)).toBe(false)
    })
})
