import type { Profile } from "./profile"

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
            { name: "voltage", unit: "V", register: 0, type: "u16", decimals: 2, max: 33000 },
            { name: "current", unit: "A", register: 1, type: "u16", decimals: 2, max: maxAmperes * 110 },
            { name: "power", unit: "W", register: 2, type: "u32le", decimals: 1, max: maxAmperes * 3300 },
            { name: "energy", unit: "kWh", register: 4, type: "u32le", decimals: 3, counter: true },
            { name: "high_voltage_alarm", unit: "", register: 6, type: "u16", decimals: 0 },
            { name: "low_voltage_alarm", unit: "", register: 7, type: "u16", decimals: 0 },
        ],
        startingCurrent,
        settings: {
            range: { functionCode: 3, start: 0, count: 3 },
            addressRegister: 2,
            thresholds: [
                {
                    name: "high_voltage_threshold",
                    unit: "V",
                    register: 0,
                    type: "u16",
                    decimals: 2,
                    min: 500,
                    max: 35000,
                },
                {
                    name: "low_voltage_threshold",
                    unit: "V",
                    register: 1,
                    type: "u16",
                    decimals: 2,
                    min: 100,
                    max: 35000,
                },
            ],
        },
    }
}
