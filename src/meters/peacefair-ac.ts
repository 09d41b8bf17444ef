import type { Profile } from "./profile"

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
            { name: "voltage", unit: "V", register: 0, type: "u16", decimals: 1, min: 720, max: 2860 },
            { name: "current", unit: "A", register: 1, type: "u32le", decimals: 3, max: maxAmperes * 1100 },
            { name: "power", unit: "W", register: 3, type: "u32le", decimals: 1, max: maxAmperes * 2530 },
            { name: "energy", unit: "kWh", register: 5, type: "u32le", decimals: 3, counter: true },
            { name: "frequency", unit: "Hz", register: 7, type: "u16", decimals: 1, min: 450, max: 650 },
            { name: "power_factor", unit: "", register: 8, type: "u16", decimals: 2, max: 100 },
            { name: "alarm", unit: "", register: 9, type: "u16", decimals: 0 },
        ],
        startingCurrent: startingMilliamperes,
        settings: {
            range: { functionCode: 3, start: 1, count: 2 },
            addressRegister: 2,
            thresholds: [
                {
                    name: "power_threshold",
                    unit: "W",
                    register: 1,
                    type: "u16",
                    decimals: 0,
                    min: 0,
                    max: maxAmperes * 230,
                },
            ],
        },
    }
}
