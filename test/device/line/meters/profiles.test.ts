import { describe, expect, test } from "@devicescript/test"
import type { Field, Profile, RegisterRange } from "../../../../src/line/meters/profile"
import { pzem003 } from "../../../../src/line/meters/pzem-003"
import { pzem004tV3 } from "../../../../src/line/meters/pzem-004t-v3"
import { pzem014 } from "../../../../src/line/meters/pzem-014"
import { pzem016 } from "../../../../src/line/meters/pzem-016"
import { pzem017 } from "../../../../src/line/meters/pzem-017"
import { sdm120 } from "../../../../src/line/meters/sdm120"
import { sdm230 } from "../../../../src/line/meters/sdm230"
import { settingsRange } from "../../../../src/line/meters/settings"

const PEACEFAIR = [pzem016, pzem014, pzem004tV3, pzem017, pzem003]
const EASTRON = [sdm120, sdm230]

function covers(range: RegisterRange, field: Field): boolean {
    const size = field.type === "u16" || field.type === "i16" ? 1 : 2
    return range.start <= field.register && field.register + size <= range.start + range.count
}

function timesRead(profile: Profile, field: Field): number {
    return profile.reads.filter(range => covers(range, field)).length
}

function fieldNames(profile: Profile): string {
    return profile.fields.map(field => field.name).join(" ")
}

describe("profiles", () => {
    test("have each their own model name", () => {
        const models = PEACEFAIR.map(profile => profile.model).join(" ")
        expect(models).toBe("pzem-016 pzem-014 pzem-004t-v3 pzem-017 pzem-003")
        expect(EASTRON.map(profile => profile.model).join(" ")).toBe("sdm120 sdm230")
    })

    test("read every field exactly once", () => {
        for (const profile of [...PEACEFAIR, ...EASTRON]) {
            for (const field of profile.fields) expect(timesRead(profile, field)).toBe(1)
        }
    })

    test("have the common names in the common order", () => {
        const ac = "voltage current power energy frequency power_factor alarm"
        expect(fieldNames(pzem016)).toBe(ac)
        expect(fieldNames(pzem014)).toBe(ac)
        expect(fieldNames(pzem004tV3)).toBe(ac)
        const dc = "voltage current power energy high_voltage_alarm low_voltage_alarm"
        expect(fieldNames(pzem017)).toBe(dc)
        expect(fieldNames(pzem003)).toBe(dc)
        const power = "voltage current power apparent_power reactive_power power_factor frequency"
        expect(fieldNames(sdm120)).toBe(power + " energy energy_export")
        expect(fieldNames(sdm230)).toBe(fieldNames(sdm120))
    })

    test("of Eastron ask for even registers, at most 60 at once", () => {
        for (const profile of EASTRON) {
            for (const range of profile.reads) {
                expect(range.start % 2).toBe(0)
                expect(range.count % 2).toBe(0)
                expect(range.count <= 60).toBe(true)
            }
        }
    })

    test("of Peacefair have settings within one read of holding registers, those of Eastron none", () => {
        for (const profile of PEACEFAIR) {
            const settings = profile.settings(profile)
            const range = settingsRange(settings)
            expect(range.functionCode).toBe(3)
            for (const field of settings) expect(covers(range, field)).toBe(true)
        }
        for (const profile of EASTRON) expect(profile.settings).toBe(undefined)
    })
})
