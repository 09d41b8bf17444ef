import { ADDRESS, ADDRESS_SETTING, lowWordFirst, PeacefairMeter, type PeacefairModel } from "./peacefair"
import type { MeterOptions } from "./virtual-meter"

/** The holding register with the alarm threshold in W. */
const ALARM_THRESHOLD = 1

/**
 * Peacefair PZEM-016 (and PZEM-004T V3 100 A, which has the same registers): alternating current, 80 to 260 V, 0.02 to
 * 100 A, 23 kW, 45 to 65 Hz. The factory default of the alarm threshold is not documented; here it is the full range.
 */
const model: PeacefairModel = {
    name: "pzem-016",
    starting: { current: 0.02, power: 0.4 },
    settings: {
        [ALARM_THRESHOLD]: { initial: 23_000, least: 0, most: 0xffff },
        [ADDRESS]: ADDRESS_SETTING,
    },
    inputs: ({ voltage, current, power, imported, exported, frequency, powerFactor }, setting) => [
        Math.round(voltage * 10),
        ...lowWordFirst(Math.round(current * 1000)),
        ...lowWordFirst(Math.round(Math.abs(power) * 10)),
        ...lowWordFirst(imported + exported),
        Math.round(frequency * 10),
        Math.round(powerFactor * 100),
        Math.abs(power) > setting(ALARM_THRESHOLD) ? 0xffff : 0,
    ],
    nonsense: random => {
        const voltage = 200 + 55 * random()
        const current = 20 * random()
        const powerFactor = random()
        const power = voltage * current * powerFactor
        const imported = Math.floor(10_000_000 * random())
        return {
            voltage,
            current,
            power,
            frequency: 50,
            powerFactor,
            imported,
            exported: 0,
            heatWh: 0,
            liters: 0,
        }
    },
}

/** A virtual PZEM-016; see {@link PeacefairMeter}. */
export function pzem016(options: MeterOptions): PeacefairMeter {
    return new PeacefairMeter(model, options)
}
