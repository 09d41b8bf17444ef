import { field } from "./field"
import type { Field, RegisterRange } from "./profile"

/** The holding registers of a Peacefair meter, written one by one with function 0x06. It also resets by 0x42. */
export interface Settings {
    /** Covers all that is named here, so that one reply shows which register is which. */
    readonly range: RegisterRange
    /** Register of the slave address. */
    readonly addressRegister: number
    /** Thresholds at which the meter raises its alarm, each within its `min` and `max`. */
    readonly thresholds: Field[]
}

/** What commands can change in meters of a model; `undefined` for one that is only read. */
export function settingsOf(model: string): Settings {
    switch (model) {
        case "pzem-014":
            return acSettings(10)
        case "pzem-004t-v3":
        case "pzem-016":
            return acSettings(100)
        case "pzem-003":
        case "pzem-017":
            return dcSettings()
        default:
            return undefined
    }
}

/** Manuals of PZEM-004T V3.0 and PZEM-014/016. */
function acSettings(maxAmperes: number): Settings {
    return {
        range: { functionCode: 3, start: 1, count: 2 },
        addressRegister: 2,
        thresholds: [field("power_threshold", "W", 1, "u16", 0, 0, maxAmperes * 230)],
    }
}

/** Manual of PZEM-003/017. */
function dcSettings(): Settings {
    return {
        range: { functionCode: 3, start: 0, count: 3 },
        addressRegister: 2,
        thresholds: [
            field("high_voltage_threshold", "V", 0, "u16", 2, 500, 35000),
            field("low_voltage_threshold", "V", 1, "u16", 2, 100, 35000),
        ],
    }
}
