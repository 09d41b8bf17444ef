import { ADDRESS, ADDRESS_SETTING, lowWordFirst, PeacefairMeter, type PeacefairModel } from "./peacefair"
import type { MeterOptions } from "./virtual-meter"

/** Holding registers: alarm thresholds in 0.01 V, and the shunt's range. */
const HIGH_VOLTAGE = 0
const LOW_VOLTAGE = 1
const CURRENT_RANGE = 3

/** Peacefair PZEM-017: direct current, 0.05 to 300 V, 0.02 to 300 A through a shunt. Its line is 9600 8N2. */
const model: PeacefairModel = {
    name: "pzem-017",
    starting: { current: 0.02, power: 0 },
    settings: {
        [HIGH_VOLTAGE]: { initial: 300_00, least: 5_00, most: 350_00 },
        [LOW_VOLTAGE]: { initial: 7_00, least: 1_00, most: 350_00 },
        [ADDRESS]: ADDRESS_SETTING,
        [CURRENT_RANGE]: { initial: 0, least: 0, most: 3 },
    },
    inputs: ({ voltage, current, power, imported, exported }, setting) => {
        const centivolts = Math.round(voltage * 100)
        return [
            centivolts,
            Math.round(Math.abs(current) * 100),
            ...lowWordFirst(Math.round(Math.abs(power) * 10)),
            ...lowWordFirst(imported + exported),
            centivolts > setting(HIGH_VOLTAGE) ? 0xffff : 0,
            centivolts < setting(LOW_VOLTAGE) ? 0xffff : 0,
        ]
    },
    nonsense: random => {
        const voltage = 10 + 40 * random()
        const current = 20 * random()
        const imported = Math.floor(10_000_000 * random())
        const power = voltage * current
        return {
            voltage,
            current,
            power,
            frequency: 0,
            powerFactor: 1,
            imported,
            exported: 0,
            heatWh: 0,
            liters: 0,
        }
    },
}

/** A virtual PZEM-017; see {@link PeacefairMeter}. */
export function pzem017(options: MeterOptions): PeacefairMeter {
    return new PeacefairMeter(model, options)
}
