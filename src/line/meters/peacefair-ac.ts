import { field } from "./field"
import type { Field, Profile } from "./profile"
import { ADDRESS_REGISTER } from "./settings"

/**
 * Register map that Peacefair's AC modules share (manuals of PZEM-004T V3.0 and PZEM-014/016). The ranges are those
 * of the manual and a tenth more.
 *
 * @param maxAmperes what its shunt or current transformer can measure
 * @param startingMilliamperes current below which it shows 0 A
 */
export function peacefairAc(model: string, maxAmperes: number, startingMilliamperes: number): Profile {
    return {
        model,
        baud: 9600,
        stopBits: 1,
        address: 1,
        settleMs: 5000,
        reads: [{ functionCode: 4, start: 0, count: 10 }],
        fields: [
            field("voltage", "V", 0, "u16", 1, 720, 2860),
            field("current", "A", 1, "u32le", 3, 0, maxAmperes * 1100),
            field("power", "W", 3, "u32le", 1, 0, maxAmperes * 2530),
            field("energy", "kWh", 5, "u32le", 3),
            field("frequency", "Hz", 7, "u16", 1, 450, 650),
            field("power_factor", "", 8, "u16", 2, 0, 100),
            field("alarm", "", 9, "u16", 0),
        ],
        startingCurrent: startingMilliamperes,
        settings: acSettings,
    }
}

/** The threshold goes up to the power that the manual gives, in W: that of the field is in 0.1 W, and a tenth more. */
function acSettings({ fields }: Profile): Field[] {
    return [
        field("address", "", ADDRESS_REGISTER, "u16", 0, 1, 247),
        field("power_threshold", "W", 1, "u16", 0, 0, fields[2].max / 11),
    ]
}
