import type { Meter, Profile } from "../../line/meters/profile"
import { crc24 } from "./crc24"

/** So many fields fit into a block, whatever their values. */
const MOST_FIELDS = 31

const MS_PER_HOUR = 3600000

/** What the codec knows of a meter before any reading: which fields follow from others that stand before them. */
export interface MeterLayout {
    readonly meter: Meter
    /** Tells meters apart in a block: the slave address, and below it eight bits of the profile. */
    readonly tag: number
    /** Indices of fields; -1 for none. */
    readonly voltage: number
    readonly current: number
    /** It follows from voltage and current. */
    readonly power: number
    /** These follow from power as well. */
    readonly factor: number
    readonly energy: number
    /** Voltage times current into power. */
    readonly powerScale: number
    /** Power by voltage times current into the power factor, and that one's 1. */
    readonly factorScale: number
    readonly one: number
    /** Power times ms into energy. */
    readonly energyScale: number
}

/** @throws RangeError when a reading has too many fields for a block */
export function layoutOf(meter: Meter): MeterLayout {
    const { model, fields } = meter.profile
    if (fields.length > MOST_FIELDS) throw new RangeError(model + " has too many fields")
    const index = (name: string, behind: number) => {
        const found = fields.findIndex(field => field.name === name)
        return found > behind ? found : -1
    }
    const one = (i: number) => (i < 0 ? 1 : Math.pow(10, fields[i].decimals))
    const voltage = index("voltage", -1)
    const current = index("current", voltage)
    const power = index("power", current)
    const factor = index("power_factor", power)
    const energy = index("energy", power)
    const powerOne = one(power)
    const powerScale = powerOne / one(voltage) / one(current)
    const energyScale = one(energy) / powerOne / MS_PER_HOUR
    const factorOne = one(factor)
    return {
        meter: meter,
        tag: meter.address * 256 + fingerprint(meter.profile),
        voltage: voltage,
        current: current,
        power: power,
        factor: factor,
        energy: energy,
        powerScale: powerScale,
        factorScale: factorOne / powerScale,
        one: factorOne,
        energyScale: fields[energy]?.unit === "kWh" ? energyScale / 1000 : energyScale,
    }
}

/** Eight bits of what a reading's integers mean. */
function fingerprint({ model, fields }: Profile): number {
    const text = Buffer.from(JSON.stringify([model, fields]))
    return crc24(text, 0, text.length) & 0xff
}
