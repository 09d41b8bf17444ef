import type { Field, Meter } from "../../meters/profile"
import { crc24 } from "./crc24"

/** So many fields fit into a block, whatever their values. */
const MOST_FIELDS = 31

const MS_PER_HOUR = 3600000

/** What the codec knows of a meter before any reading: which fields follow from others that stand before them. */
export class MeterLayout {
    /** Tells meters apart in a block: the slave address, and below it eight bits of the profile. */
    readonly tag: number
    /** Indices of fields; -1 for none. */
    readonly voltage: number
    readonly current: number
    /** These follow from voltage and current. */
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

    /** @throws RangeError when a reading has too many fields for a block */
    constructor(readonly meter: Meter) {
        const { model, fields } = meter.profile
        if (fields.length > MOST_FIELDS) throw new RangeError(model + " has too many fields")
        this.voltage = indexOf(fields, "voltage", -1)
        this.current = indexOf(fields, "current", -1)
        const behind =
            this.voltage < 0 || this.current < 0 ? MOST_FIELDS : Math.max(this.voltage, this.current)
        this.power = indexOf(fields, "power", behind)
        this.factor = this.power < 0 ? -1 : indexOf(fields, "power_factor", this.power)
        this.energy = this.power < 0 ? -1 : indexOf(fields, "energy", this.power)

        const one = (i: number) => (i < 0 ? 1 : Math.pow(10, fields[i].decimals))
        const voltAmpere = one(this.voltage) * one(this.current)
        this.powerScale = one(this.power) / voltAmpere
        this.one = one(this.factor)
        this.factorScale = this.one / this.powerScale
        this.energyScale = one(this.energy) / one(this.power) / MS_PER_HOUR
        if (this.energy >= 0 && fields[this.energy].unit === "kWh") this.energyScale = this.energyScale / 1000
        this.tag = meter.address * 256 + fingerprint(meter)
    }
}

/** @returns -1 when there is none behind the given index */
function indexOf(fields: Field[], name: string, behind: number): number {
    const index = fields.findIndex(field => field.name === name)
    return index > behind ? index : -1
}

/** Eight bits of what a reading's integers mean. */
function fingerprint(meter: Meter): number {
    const text = JSON.stringify([
        meter.profile.model,
        meter.profile.fields.map(f => [f.name, f.type, f.decimals]),
    ])
    return crc24(Buffer.from(text), 0, text.length) & 0xff
}
