import type { ModelField } from "./meter-model"
import type { Measurement } from "./metrology"

/** Each phase's share of the total. One of the three carries a little more than the others. */
const SHARES: Readonly<Record<string, number>> = { "": 1, _l1: 0.4, _l2: 0.35, _l3: 0.25 }

/** The quantities that every virtual meter measures, by name, in the units of model files. */
const QUANTITIES: Readonly<Record<string, (m: Measurement, share: number) => number>> = {
    voltage: m => m.voltage,
    current: (m, share) => m.current * share,
    power: (m, share) => m.power * share,
    power_import: (m, share) => Math.max(m.power, 0) * share,
    power_export: (m, share) => Math.max(-m.power, 0) * share,
    apparent_power: (m, share) => m.voltage * m.current * share,
    reactive_power: (m, share) => Math.sqrt(Math.max(0, (m.voltage * m.current) ** 2 - m.power ** 2)) * share,
    power_factor: m => m.powerFactor,
    frequency: m => m.frequency,
    energy: (m, share) => (m.imported / 1000) * share,
    energy_export: (m, share) => (m.exported / 1000) * share,
    energy_total: (m, share) => ((m.imported + m.exported) / 1000) * share,
    heat_power: m => m.heat?.power ?? 0,
    heat_energy: m => m.heatWh / 1000,
    flow: m => m.heat?.flow ?? 0,
    volume: m => m.liters / 1000,
    flow_temperature: m => m.heat?.flowTemperature ?? 20,
    return_temperature: m => m.heat?.returnTemperature ?? 20,
    temperature_difference: m => (m.heat ? m.heat.flowTemperature - m.heat.returnTemperature : 0),
}

/** Any other quantity goes slowly up and down across its range, with this period. */
const UNKNOWN_PERIOD_MS = 3_600_000

/**
 * The value of a field, in its unit.
 * @param phases number of the meter's phases; with three, a field whose name ends in `_l1` has its share of the total
 * @param time determines quantities that are not measured
 */
export function quantityOf(field: ModelField, measurement: Measurement, phases: 1 | 3, time: number): number {
    const phase = phases === 3 ? (/_l[123]$/.exec(field.name)?.[0] ?? "") : ""
    const quantity = QUANTITIES[field.name.slice(0, field.name.length - phase.length)]
    if (quantity) return quantity(measurement, SHARES[phase]!)
    const { min = 0, max = min } = field
    if (field.counter || max === min) return min
    return min + ((max - min) * (1 - Math.cos((2 * Math.PI * time) / UNKNOWN_PERIOD_MS))) / 2
}
