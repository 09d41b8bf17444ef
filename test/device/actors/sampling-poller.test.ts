import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { Level, type LogRecord, notice, records } from "../../../src/device/log"
import { pzem016 } from "../../../src/generated/models/pzem-016"
import type { Reading } from "../../../src/line/meters/profile"
import { ModbusClient } from "../../../src/line/modbus-client"
import { withStatistics } from "../profiles"
import { LINE, PollerHouse } from "./poller-house"
import { RestlessMeter, type Shown } from "./restless-meter"

const POWER = 2
/** Index of the mean power. Mean, least and greatest power follow the meter's own fields. */
const MEAN = 7
const SAMPLED = withStatistics(pzem016, [POWER])
const PUMP = { name: "pump", profile: SAMPLED, address: 1 }
const CAR = { name: "car", profile: pzem016, address: 2 }

/** A power in 0.1 W that changes every second and rises slowly. */
function restless(at: number): number {
    const second = Math.floor(at / 1000)
    return 5000 + ((second * 37) & 63) * 100 + second
}

/** Time of the first poll, once the meter has settled. */
function firstPoll(): number {
    return ds.millis() + 5000
}

function houseWith(port: RestlessMeter, pollMs: number, meters = [PUMP]): PollerHouse {
    return new PollerHouse(new ModbusClient(port, LINE), pollMs, meters, undefined, true)
}

/** Mean, least and greatest power shown after `after`, up to and including `until`. */
function expected(shown: Shown[], after: number, until: number): string {
    const powers = shown.filter(({ at }) => at > after && at <= until).map(({ power }) => power)
    let sum = 0
    let least = powers[0]
    let greatest = powers[0]
    for (const power of powers) {
        sum += power
        least = Math.min(least, power)
        greatest = Math.max(greatest, power)
    }
    return Math.round(sum / powers.length) + " " + least + " " + greatest
}

function statisticsOf({ values }: Reading): string {
    return values[MEAN] + " " + values[MEAN + 1] + " " + values[MEAN + 2]
}

describe("sampling poller", () => {
    test("gives each reading the statistics since the previous one", async () => {
        const port = new RestlessMeter(restless)
        const house = houseWith(port, 5000)
        await house.run(40500)
        house.poller.stop()
        const { readings } = house
        expect(readings.length).toBe(8)
        readings.slice(2).forEach((reading, i) => {
            const { at, values } = reading
            expect(statisticsOf(reading)).toBe(expected(port.shown, readings[i + 1].at + 500, at + 500))
            expect(values[POWER]).toBe(port.shown.find(it => it.at >= at).power)
            expect(values.length).toBe(10)
        })
        expect(house.states.join(", ")).toBe("port works, pump answering")
    })

    test("starts sampling once the first reading's counter is confirmed", async () => {
        const house = houseWith(new RestlessMeter(restless), 5000)
        await house.run(10500)
        house.poller.stop()
        expect(house.readings.length).toBe(2)
        for (const reading of house.readings) {
            const power = reading.values[POWER]
            expect(statisticsOf(reading)).toBe(power + " " + power + " " + power)
        }
    })

    test("polls a meter once a second, or once per slot if it has no statistics", async () => {
        const port = new RestlessMeter(restless)
        const house = houseWith(port, 10000, [PUMP, CAR])
        await house.run(65500)
        house.poller.stop()
        expect(house.count("car")).toBe(7)
        expect(house.count("pump")).toBe(7)
        expect(port.asked.length).toBe(61 + 7)
        expect(house.troubles).toBe(0)
    })

    test("finds nothing wrong if a second is too short for all samples", async () => {
        let warnings = 0
        const count = ({ level }: LogRecord) => {
            if (level === Level.Warn) warnings++
        }
        records.subscribe(count)
        notice("poller", "a new house")
        const slow = new RestlessMeter(restless, 750)
        const house = houseWith(slow, 10000, [PUMP, { name: "heat", profile: SAMPLED, address: 3 }])
        await house.run(60000)
        house.poller.stop()
        records.unsubscribe(count)
        expect(house.count("heat")).toBe(house.count("pump"))
        expect(slow.asked.length < 80).toBe(true)
        expect(warnings).toBe(0)
    })

    test("lets a slightly delayed slot replace a sample", async () => {
        const port = new RestlessMeter(restless)
        const house = houseWith(port, 5000)
        await house.run(12500)
        const slot = house.readings[house.readings.length - 1].at
        // Moves the next slots 300 ms later.
        house.clock.publish({ offset: 1790000000000 - slot - 300, uncertainty: 5 })
        await house.run(20000)
        house.poller.stop()
        port.asked.slice(1).forEach((at, i) => {
            const gap = at - port.asked[i]
            expect(gap > 900 && gap < 1400).toBe(true)
        })
        expect(house.readings.length).toBe(6)
    })

    test("reads every slot even when all samples fail", async () => {
        const begin = firstPoll()
        const port = new RestlessMeter(at => {
            // The meter answers only in the half second around each slot.
            const into = (at - begin + 200) / 5000
            return into - Math.floor(into) > 0.1 ? undefined : restless(at)
        })
        const house = houseWith(port, 5000)
        await house.run(40500)
        house.poller.stop()
        expect(house.readings.length).toBe(8)
        for (const reading of house.readings) {
            const power = reading.values[POWER]
            expect(statisticsOf(reading)).toBe(power + " " + power + " " + power)
        }
        expect(house.states.join(", ")).toBe("port works, pump answering")
        expect(house.troubles > 0).toBe(true)
    })

    test("publishes only statistics for a slot whose own poll failed", async () => {
        const begin = firstPoll()
        const port = new RestlessMeter(at => {
            const since = at - begin
            return since > 14500 && since < 16500 ? undefined : restless(at)
        })
        const house = houseWith(port, 5000)
        await house.run(36500)
        house.poller.stop()
        const { readings } = house
        const lone = readings.find(({ values }) => values[POWER] === undefined)
        const before = readings[readings.indexOf(lone) - 1]
        expect(Math.round((lone.at - before.at) / 100)).toBe(50)
        expect(lone.values.length).toBe(10)
        expect(lone.values.slice(0, MEAN).every(value => value === undefined)).toBe(true)
        expect(statisticsOf(lone)).toBe(expected(port.shown, before.at + 500, lone.at + 500))
        expect(readings.filter(({ values }) => values[POWER] === undefined).length).toBe(1)
    })

    test("publishes no reading for a slot without any answer", async () => {
        const begin = firstPoll()
        const port = new RestlessMeter(at => {
            const since = at - begin
            return since > 10500 && since < 24500 ? undefined : restless(at)
        })
        const house = houseWith(port, 5000)
        await house.run(45500)
        house.poller.stop()
        const silent = house.readings.filter(({ at }) => at > begin + 11000 && at < begin + 24000)
        expect(silent.length).toBe(0)
        expect(house.readings[house.readings.length - 1].values[POWER] > 0).toBe(true)
    })

    test("leaves implausible values out of the statistics and reports them", async () => {
        const begin = firstPoll()
        // At 230 V and 20 A, no more than 4830 W is plausible.
        const port = new RestlessMeter(at => (at > begin + 10500 && at < begin + 12500 ? 60000 : 10000))
        const house = houseWith(port, 5000)
        await house.run(35500)
        house.poller.stop()
        expect(house.troubles).toBe(2)
        for (const reading of house.readings) expect(reading.values[MEAN + 2]).toBe(10000)
        expect(house.readings.length).toBe(7)
    })

    test("collects no samples while a counter is unconfirmed", async () => {
        const port = new RestlessMeter(restless)
        const house = houseWith(port, 5000)
        await house.run(15500)
        port.energy = 3
        await house.run(30000)
        house.poller.stop()
        const after = house.readings.filter(({ values }) => values[3] === 3)
        expect(after.length > 2).toBe(true)
        // The first two readings were held back until the counter was confirmed.
        for (const reading of after.slice(0, 2)) expect(reading.values[MEAN]).toBe(reading.values[POWER])
        const last = after[after.length - 1]
        expect(statisticsOf(last)).toBe(expected(port.shown, after[after.length - 2].at + 500, last.at + 500))
    })
})
