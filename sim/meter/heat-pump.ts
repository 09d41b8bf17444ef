import { hashed, smoothNoise } from "../random"
import type { HeatFlow, Load } from "./load"

/*
 * An air-to-water heat pump of about 8 kW thermal in a small house, seen from its supply. Powers are in W, and electrical
 * unless they are called heat; times are in ms; days are those of UTC. The figures are typical ones, chosen to exercise a
 * meter over its range; none of them is a measurement.
 */

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Controller and crankcase heater, always on. */
const STANDBY = 11
/** Circulation pump, on with the compressor and for a while after it. */
const PUMP = 46
const PUMP_OVERRUN = 5 * MINUTE
/** The inverter's lower limit: below it, the compressor cycles. */
const LOWEST = 800
const HIGHEST = 2600
/** One compressor cycle, run and pause together. */
const CYCLE = 36 * MINUTE
const SHORTEST_RUN = 7 * MINUTE
/** The inverter takes this long to reach its speed, and then settles from slightly above it. */
const RAMP = 2 * MINUTE
const SETTLING = 4 * MINUTE
/** Below this outside temperature in °C the evaporator ices. */
const ICING = 4
const DEFROST = 5 * MINUTE
/** Heat loss of the house in W per K, desired inside temperature in °C, and the warming by people and sun in K. */
const HEAT_LOSS = 165
const INSIDE = 20.5
const FREE_HEAT = 2
/** Earliest starts of the hot water runs, and the largest delay of a start. */
const HOT_WATER_STARTS = [4.5 * HOUR, 16 * HOUR]
const HOT_WATER_SPREAD = 50 * MINUTE
/** Hot water takes more power as the tank gets warmer. */
const HOT_WATER_COLD = 1350
const HOT_WATER_WARM = 2250

/** Water flow through the heating circuit in l/h, and the heat that a liter carries per K, in Wh. */
const WATER_FLOW = 1100
const WATER_HEAT = 1.163
/** Temperature in °C of the water that returns from the floor, and from the hot water tank. */
const RETURN_FLOOR = 29
const RETURN_TANK = 43
/** How much lower the coefficient of performance is for hot water than for the floor. */
const HOT_WATER_PENALTY = 1.1
/** Heat that a defrost draws from the house, in W. */
const DEFROST_HEAT = 2200

/** Resistance from the transformer to the meter and back, in ohms. */
const SUPPLY_RESISTANCE = 0.3

/** One independent stream of noise for each quantity that varies. */
enum Stream {
    weather = 1,
    clouds,
    defrost,
    runLevel,
    hotWaterStart,
    hotWaterLength,
    voltageSlow,
    voltageFast,
    frequencySlow,
    frequencyFast,
    compressor,
    supply,
    water,
}

/** The compressor's work in one cycle. */
interface Cycle {
    readonly start: number
    /** How long it runs from the start; {@link CYCLE} if it never stops. */
    readonly run: number
    readonly power: number
    /** Start of the defrost, counted from the start of the cycle. */
    readonly defrost: number | undefined
}

/**
 * The days and nights of a heat pump, as an electricity meter and a heat meter see them: compressor cycles with start
 * ramps, modulation by the weather, defrosts, two hot water runs a day, standby, circulation pump; and a mains supply that
 * drifts. 10 to 30 kWh a day.
 *
 * @param seed another seed is another winter; the same seed always gives the same one
 */
export function heatPump(seed: number): Load {
    const noise = (stream: Stream, time: number, period: number) =>
        smoothNoise(seed * 31 + stream, time, period)
    const chance = (stream: Stream, index: number) => hashed(seed * 31 + stream, index)

    /** Outside temperature in °C: the daily cycle, with the weather on top. */
    function outside(time: number): number {
        const daily = -3.5 * Math.cos((2 * Math.PI * (time - 3 * HOUR)) / DAY)
        return 4 + daily + 4 * noise(Stream.weather, time, 2.5 * DAY) + noise(Stream.clouds, time, 3 * HOUR)
    }

    function cycle(index: number): Cycle {
        const start = index * CYCLE
        const temperature = outside(start)
        const heat = Math.max(0, HEAT_LOSS * (INSIDE - FREE_HEAT - temperature))
        const performance = performanceAt(temperature)
        const demand = Math.min(HIGHEST, heat / performance)
        if (demand > 0.9 * LOWEST) {
            const power = Math.max(LOWEST, demand)
            return { start, run: CYCLE, power, defrost: defrost(index, temperature, CYCLE) }
        }
        const power = LOWEST * (1 + 0.2 * chance(Stream.runLevel, index))
        const wanted = (CYCLE * demand) / power
        const run = wanted < SHORTEST_RUN / 2 ? 0 : Math.max(SHORTEST_RUN, wanted)
        return { start, run, power, defrost: defrost(index, temperature, run) }
    }

    function defrost(index: number, temperature: number, run: number): number | undefined {
        if (temperature > ICING || run < 4 * DEFROST) return undefined
        const part = chance(Stream.defrost, index)
        return part < 0.6 ? run * (0.3 + part / 2) : undefined
    }

    function heating(time: number): number {
        const index = Math.floor(time / CYCLE)
        const now = cycle(index)
        const before = cycle(index - 1)
        const since = time - now.start
        if (since >= now.run) return since < now.run + PUMP_OVERRUN && now.run > 0 ? PUMP : 0
        if (now.defrost !== undefined && since >= now.defrost && since < now.defrost + DEFROST) {
            return PUMP + defrosting(since - now.defrost)
        }
        const ranOn = before.run === CYCLE
        const restarted = now.defrost !== undefined && since >= now.defrost + DEFROST
        if (restarted) return PUMP + started(now.power, since - now.defrost! - DEFROST)
        return PUMP + (ranOn ? now.power : started(now.power, since))
    }

    function hotWater(time: number): number | undefined {
        const day = Math.floor(time / DAY)
        for (const [i, earliest] of HOT_WATER_STARTS.entries()) {
            const run = 2 * day + i
            const start = day * DAY + earliest + HOT_WATER_SPREAD * chance(Stream.hotWaterStart, run)
            const length = (32 + 24 * chance(Stream.hotWaterLength, run)) * MINUTE
            const since = time - start
            if (since < 0 || since >= length) continue
            const power = HOT_WATER_COLD + ((HOT_WATER_WARM - HOT_WATER_COLD) * since) / length
            return PUMP + started(power, since)
        }
        return undefined
    }

    /** What the heat meter in the circuit sees, whether the water warms the floor or the tank. */
    function heatOf(time: number, machine: number, isHotWater: boolean): HeatFlow {
        const base = isHotWater ? RETURN_TANK : RETURN_FLOOR
        if (machine < PUMP) return { power: 0, flow: 0, flowTemperature: base, returnTemperature: base }
        const performance = performanceAt(outside(time)) - (isHotWater ? HOT_WATER_PENALTY : 0)
        const compressor = machine - PUMP
        const power = !isHotWater && isDefrosting(time) ? -DEFROST_HEAT : compressor * performance
        const returnTemperature = base + 2 * noise(Stream.water, time, 20 * MINUTE)
        const difference = power / (WATER_FLOW * WATER_HEAT)
        return { power, flow: WATER_FLOW, flowTemperature: returnTemperature + difference, returnTemperature }
    }

    function isDefrosting(time: number): boolean {
        const { start, defrost } = cycle(Math.floor(time / CYCLE))
        return defrost !== undefined && time - start >= defrost && time - start < defrost + DEFROST
    }

    return time => {
        const tank = hotWater(time)
        const machine = tank ?? heating(time)
        const ripple = machine > PUMP ? 1 + 0.015 * noise(Stream.compressor, time, 3 * SECOND) : 1
        const power = STANDBY + 0.3 * noise(Stream.supply, time, 5 * SECOND) + machine * ripple
        const idle =
            231 +
            4 * noise(Stream.voltageSlow, time, 20 * MINUTE) +
            0.6 * noise(Stream.voltageFast, time, 2 * SECOND)
        const powerFactor = powerFactorAt(power)
        const voltage = idle - (SUPPLY_RESISTANCE * power) / (idle * powerFactor)
        return {
            voltage,
            current: power / (voltage * powerFactor),
            power,
            frequency:
                50 +
                0.03 * noise(Stream.frequencySlow, time, MINUTE) +
                0.01 * noise(Stream.frequencyFast, time, SECOND),
            heat: heatOf(time, machine, tank !== undefined),
        }
    }
}

/** Coefficient of performance, by the outside temperature in °C. */
function performanceAt(temperature: number): number {
    return Math.min(5, Math.max(1.8, 3.3 + 0.08 * temperature))
}

/** A compressor's power after its start: the fan alone, the ramp, then an overshoot that settles. */
function started(power: number, since: number): number {
    if (since < 10 * SECOND) return 35
    if (since < RAMP) return 0.3 * power + (0.9 * power * since) / RAMP
    return power * (1 + 0.2 * Math.exp(-(since - RAMP) / SETTLING))
}

/** The compressor stops, the cycle reverses and melts the ice, and the compressor stops again. */
function defrosting(since: number): number {
    if (since < 30 * SECOND || since > DEFROST - 30 * SECOND) return 20
    return 900
}

/** Electronics have a poor power factor, an inverter under load a good one. */
function powerFactorAt(power: number): number {
    return 0.4 + 0.58 * (1 - Math.exp(-power / 250))
}
