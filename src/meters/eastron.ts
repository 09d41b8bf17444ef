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
    const type = "f32be"
    return [
        { name: "voltage", unit: "V", register: 0, type, decimals: 1, min: minVolts * 9, max: maxVolts * 11 },
        { name: "current", unit: "A", register: 6, type, decimals: 3, min: 0, max: maxAmperes * 1100 },
        { name: "power", unit: "W", register: 12, type, decimals: 1, min: -maxPower, max: maxPower },
        { name: "apparent_power", unit: "VA", register: 18, type, decimals: 1, min: 0, max: maxPower },
        {
            name: "reactive_power",
            unit: "VAr",
            register: 24,
            type,
            decimals: 1,
            min: -maxPower,
            max: maxPower,
        },
        { name: "power_factor", unit: "", register: 30, type, decimals: 3, min: -1000, max: 1000 },
        { name: "frequency", unit: "Hz", register: 70, type, decimals: 2, min: 4500, max: 6500 },
        { name: "energy", unit: "kWh", register: 72, type, decimals: 3, min: 0, counter: true },
        { name: "energy_export", unit: "kWh", register: 74, type, decimals: 3, min: 0, counter: true },
    ]
}
