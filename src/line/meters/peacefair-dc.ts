import { field } from "./field"
import type { Field, Profile } from "./profile"
import { ADDRESS_REGISTER } from "./settings"

/**
 * Register map of Peacefair's DC modules (manual of PZEM-003/017). The ranges are those of the manual and a tenth
 * more.
 *
 * @param maxAmperes what its shunt can measure
 * @param startingCurrent current below which it shows 0 A, in 0.01 A
 */
export function peacefairDc(model: string, maxAmperes: number, startingCurrent: number): Profile {
    return {
        model,
        baud: 9600,
        stopBits: 2,
        address: 1,
        settleMs: 5000,
        reads: [{ functionCode: 4, start: 0, count: 8 }],
        fields: [
            field("voltage", "V", 0, "u16", 2, 0, 33000),
            field("current", "A", 1, "u16", 2, 0, maxAmperes * 110),
            field("power", "W", 2, "u32le", 1, 0, maxAmperes * 3300),
            field("energy", "kWh", 4, "u32le", 3),
            field("high_voltage_alarm", "", 6, "u16", 0),
            field("low_voltage_alarm", "", 7, "u16", 0),
        ],
        startingCurrent,
        settings: dcSettings,
    }
}

function dcSettings(): Field[] {
    return [
        field("address", "", ADDRESS_REGISTER, "u16", 0, 1, 247),
        field("high_voltage_threshold", "V", 0, "u16", 2, 500, 35000),
        field("low_voltage_threshold", "V", 1, "u16", 2, 100, 35000),
    ]
}
