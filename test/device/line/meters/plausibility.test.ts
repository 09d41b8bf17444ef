import { describe, expect, test } from "@devicescript/test"
import { multical403 } from "../../../../src/generated/models/multical-403"
import { pzem014 } from "../../../../src/generated/models/pzem-014"
import { pzem016 } from "../../../../src/generated/models/pzem-016"
import { pzem017 } from "../../../../src/generated/models/pzem-017"
import { sdm120 } from "../../../../src/generated/models/sdm120"
import { sdm630 } from "../../../../src/generated/models/sdm630"
import { fieldIndex } from "../../../../src/line/meters/fields"
import { check } from "../../../../src/line/meters/plausibility"
import type { Profile } from "../../../../src/line/meters/profile"

/** Voltage, current, power, energy, frequency, power factor, alarm of a real PZEM-016. */
const GOOD = [2193, 2055, 4393, 138401, 502, 97, 0]

function checked(profile: Profile, values: number[], previous?: number[], elapsedMs: number = 0) {
    const meter = { name: "m", profile, address: 1 }
    return check({ meter, at: elapsedMs, values }, previous && { meter, at: 0, values: previous })
}

function expectFinding(profile: Profile, values: number[], field: string, limit: number) {
    const finding = checked(profile, values)
    expect(finding?.field.name).toBe(field)
    expect(finding.value).toBe(values[fieldIndex(profile, field)])
    expect(finding.limit).toBe(limit)
}

function expectFine(profile: Profile, values: number[], previous?: number[], elapsedMs?: number) {
    expect(checked(profile, values, previous, elapsedMs)?.field.name).toBe(undefined)
}

describe("plausibility", () => {
    test("accepts real values", () => {
        expectFine(pzem016, GOOD)
        expectFine(pzem017, [1344, 10, 13, 2, 0, 0])
        expectFine(sdm120, [2315, 12345, -27183, 28575, 8801, -951, 4997, 12345678, 42])
    })

    test("rejects 0 V and 0 Hz from a meter powered by the mains it measures", () => {
        expectFinding(pzem016, [0, 0, 0, 138401, 0, 0, 0], "voltage", 720)
        expectFinding(pzem016, [0, 0, 0, 0, 0, 0, 0], "voltage", 720)
        expectFinding(pzem016, [2193, 0, 0, 138401, 0, 0, 0], "frequency", 450)
        expectFinding(sdm120, [0, 0, 0, 0, 0, 0, 0, 0, 0], "voltage", 1449)
        // a DC meter can have its own supply
        expectFine(pzem017, [0, 0, 0, 0, 0, 0])
    })

    test("accepts a counter at its maximum and rejects one beyond it", () => {
        expectFine(pzem016, [2193, 2055, 4393, 9999999, 502, 97, 0])
        expectFinding(pzem016, [2193, 2055, 4393, 10000000, 502, 97, 0], "energy", 9999999)
    })

    test("accepts missing phases, but not the loss of all of them", () => {
        const one = [2301, 0, 0, 1500, 0, 0, 3400, 0, 0, 3400, 4998, 1000, 0]
        expectFine(sdm630, one)
        expectFinding(sdm630, [0, 0, 0, 1500, 0, 0, 0, 0, 0, 0, 4998, 1000, 0], "voltage_l3", 0)
        expectFinding(sdm630, [2301, 0, 0, 1500, 0, 0, 3900, 0, 0, 3900, 4998, 1000, 0], "power_l1", 3731)
        expectFinding(sdm630, [2301, 0, 0, 1500, 0, 0, 3400, 20, 0, 3420, 4998, 1000, 0], "power_l2", 10)
        expectFinding(sdm630, [2301, 120, 0, 1500, 0, 0, 3400, 0, 0, 3400, 4998, 1000, 0], "voltage_l2", 800)
        expectFinding(sdm630, [2301, 0, 0, 1500, 0, 0, 3400, 0, 0, 990001, 4998, 1000, 0], "power", 990000)
    })

    test("checks a heat meter's ranges and counters", () => {
        // heat power, flow, flow and return temperature, difference, heat energy, volume
        const values = [7125, 10215, 3525, 2950, 575, 1262500, 345500]
        expectFine(multical403, values)
        expectFinding(
            multical403,
            [7125, 10215, 30000, 2950, 575, 1262500, 345500],
            "flow_temperature",
            18000,
        )
        const fallen = checked(multical403, [7125, 10215, 3525, 2950, 575, 1262500, 345499], values, 10000)
        expect(fallen.field.name).toBe("volume")
        expect(fallen.isJump).toBe(true)
        // 1000 kW for 10 s and a minute of slack are 19.44 kWh
        expectFine(multical403, [7125, 10215, 3525, 2950, 575, 1262500 + 1945, 345500], values, 10000)
        const risen = checked(
            multical403,
            [7125, 10215, 3525, 2950, 575, 1262500 + 1947, 345500],
            values,
            10000,
        )
        expect(risen.field.name).toBe("heat_energy")
    })

    test("rejects values outside the meter's range", () => {
        expectFinding(pzem016, [700, 2055, 1000, 138401, 502, 97, 0], "voltage", 720)
        expectFinding(pzem016, [2900, 2055, 4393, 138401, 502, 97, 0], "voltage", 2860)
        // "906166 A", a user's log
        expectFinding(pzem016, [2193, 906166000, 4393, 138401, 502, 97, 0], "current", 110000)
        expectFinding(pzem016, [2193, 105000, 4294967295, 138401, 502, 97, 0], "power", 253000)
        expectFinding(pzem016, [2193, 2055, 4393, 138401, 440, 97, 0], "frequency", 450)
        expectFinding(pzem016, [2193, 2055, 4393, 138401, 660, 97, 0], "frequency", 650)
        expectFinding(pzem016, [2193, 2055, 4393, 138401, 502, 101, 0], "power_factor", 100)
        expectFinding(sdm120, [2315, 500000, 0, 0, 0, 0, 5000, 0, 0], "current", 49500)
    })

    test("applies the smaller range of a smaller model", () => {
        const values = [2193, 12000, 26000, 138401, 502, 97, 0]
        expectFine(pzem016, values)
        expectFinding(pzem014, values, "current", 11000)
    })

    test("rejects more power than voltage and current allow", () => {
        // 219.3 V * (2.055 A + 0.020 A) * 1.05 + 1 W = 478.7999 W
        expectFine(pzem016, [2193, 2055, 4788, 138401, 502, 97, 0])
        expectFinding(pzem016, [2193, 2055, 4789, 138401, 502, 97, 0], "power", 4788)
    })

    test("accepts a little power with a current too small to display", () => {
        // 3 W at 230 V is 13 mA; the meter shows current from 20 mA on
        expectFine(pzem016, [2300, 0, 30, 138401, 500, 97, 0])
    })

    test("limits the magnitude of negative power", () => {
        expectFine(sdm120, [2300, 10000, -22000, 0, 0, 0, 5000, 0, 0])
        expectFinding(sdm120, [2300, 10000, -25000, 0, 0, 0, 5000, 0, 0], "power", 24209)
    })

    test("ignores unknown values", () => {
        expectFine(sdm120, [undefined, 10000, -25000, undefined, 0, 0, 5000, undefined, 0])
        expectFine(sdm120, [2300, 10000, undefined, 0, undefined, undefined, 5000, 0, 0])
        const before = [2300, 10000, 22000, 0, 0, 0, 5000, 100000, 0]
        expectFine(sdm120, [2300, 10000, 22000, 0, 0, 0, 5000, undefined, 0], before, 1000)
    })

    test("rejects a counter that falls", () => {
        const finding = checked(pzem016, [2193, 2055, 4393, 138400, 502, 97, 0], GOOD, 10000)
        expect(finding.field.name).toBe("energy")
        expect(finding.value).toBe(138400)
        expect(finding.limit).toBe(138401)
    })

    test("rejects a counter that rises faster than the meter can count", () => {
        // 25.3 kW for 10 s and a minute of slack are 491.9 Wh
        expectFine(pzem016, [2193, 2055, 4393, 138401 + 493, 502, 97, 0], GOOD, 10000)
        const finding = checked(pzem016, [2193, 2055, 4393, 138401 + 494, 502, 97, 0], GOOD, 10000)
        expect(finding.field.name).toBe("energy")
        expect(finding.limit).toBe(138401 + 493)
    })

    test("allows a larger counter rise over a longer time", () => {
        expectFine(pzem016, [2193, 2055, 4393, 138401 + 25000, 502, 97, 0], GOOD, 3600000)
    })
})
