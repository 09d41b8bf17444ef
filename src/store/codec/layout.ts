import type { Meter } from "../../meters/profile"

/** What a field is predicted from. Fields can only follow fields that stand before them. */
export enum Follows {
    /** voltage times current, by a power factor that changes slowly */
    activePower = 0,
    /** voltage times current, by a ratio that changes slowly */
    apparentPower = 1,
    /** the ratio of power to voltage times current */
    powerFactor = 2,
    /** power, summed up over time */
    energy = 3,
    /** its own last value */
    itself = 4,
}

/** So many fields fit into a block, whatever their values. */
const MOST_FIELDS = 31

const MS_PER_HOUR = 3600000

/** What the codec knows of a meter before any reading: how its fields depend on each other. */
export class MeterLayout {
    /** Tells meters apart in a block: the slave address, and below it eight bits of the profile. */
    readonly tag: number
    /** Indices of the fields that depend on each other; -1 for none. */
    readonly voltage: number
    readonly current: number
    readonly power: number
    energy = -1
    readonly follows: Follows[] = []
    /** Turns what a field follows into the integers of the field. */
    readonly scale: number[] = []
    /** The integer that stands for 1. */
    readonly one: number[] = []

    /** @throws RangeError when a reading has too many fields for a block */
    constructor(readonly meter: Meter) {
        const fields = meter.profile.fields
        if (fields.length > MOST_FIELDS) throw new RangeError(meter.profile.model + " has too many fields")
        this.voltage = fields.findIndex(f => f.unit === "V")
        this.current = fields.findIndex(f => f.unit === "A")
        this.power = fields.findIndex(f => f.unit === "W")
        for (let i = 0; i < fields.length; i++) this.relate(i)
        this.tag = meter.address * 256 + fingerprint(meter)
    }

    private relate(i: number) {
        const { voltage, current, power } = this
        const fields = this.meter.profile.fields
        const { name, unit, decimals } = fields[i]
        const apparent = voltage >= 0 && voltage < i && current >= 0 && current < i
        const apparentDecimals = apparent ? fields[voltage].decimals + fields[current].decimals : 0
        const active = power >= 0 && power < i
        const powerDecimals = active ? fields[power].decimals : 0
        let follows = Follows.itself
        let shift = 0
        let divisor = 1
        if (apparent && (unit === "W" || unit === "VA" || unit === "VAr")) {
            follows = i === power ? Follows.activePower : Follows.apparentPower
            shift = decimals - apparentDecimals
        } else if (apparent && active && name === "power_factor") {
            follows = Follows.powerFactor
            shift = decimals + apparentDecimals - powerDecimals
        } else if (active && name === "energy" && (unit === "Wh" || unit === "kWh")) {
            follows = Follows.energy
            shift = decimals - powerDecimals
            divisor = unit === "kWh" ? MS_PER_HOUR * 1000 : MS_PER_HOUR
            this.energy = i
        }
        this.follows.push(follows)
        this.scale.push(Math.pow(10, shift) / divisor)
        this.one.push(Math.pow(10, decimals))
    }
}

/** Eight bits of what a reading's integers mean. */
function fingerprint(meter: Meter): number {
    let text = meter.profile.model
    for (const field of meter.profile.fields) text = text + field.name + field.type + field.decimals
    let hash = 0
    for (let i = 0; i < text.length; i++) hash = (hash * 31 + text.charCodeAt(i)) % 251
    return hash
}
