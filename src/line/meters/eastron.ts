import { field } from "./field"
import type { Field } from "./profile"

/**
 * Quantities that Eastron's single-phase meters share (SDM120M protocol V2.5, SDM230 protocol V1.1): IEEE 754 singles
 * in two registers each, high word first. Power is negative when energy flows back.
 *
 * @param minVolts lowest operating voltage
 * @param maxVolts highest operating voltage
 * @param maxAmperes highest current
 */
export function eastronFields(minVolts: number, maxVolts: number, maxAmperes: number): Field[] {
    // a tenth more than the data sheet, in 0.1 W
    const maxPower = maxVolts * maxAmperes * 11
    return [
        field("voltage", "V", 0, "f32be", 1, minVolts * 9, maxVolts * 11),
        field("current", "A", 6, "f32be", 3, 0, maxAmperes * 1100),
        field("power", "W", 12, "f32be", 1, -maxPower, maxPower),
        field("apparent_power", "VA", 18, "f32be", 1, 0, maxPower),
        field("reactive_power", "VAr", 24, "f32be", 1, -maxPower, maxPower),
        field("power_factor", "", 30, "f32be", 3, -1000, 1000),
        field("frequency", "Hz", 70, "f32be", 2, 4500, 6500),
        field("energy", "kWh", 72, "f32be", 3, 0),
        field("energy_export", "kWh", 74, "f32be", 3, 0),
    ]
}
