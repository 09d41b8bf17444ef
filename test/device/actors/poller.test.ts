import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { ModbusClient } from "../../../src/line/modbus-client"
import { pollReply, pollReplyOf2, readPoll, readPollOf2 } from "../line/frames"
import { MeterPort } from "./meter-port"
import { LINE, METERS, PollerHouse } from "./poller-house"

function bothAnswer(): MeterPort {
    return new MeterPort().answer(readPoll, pollReply).answer(readPollOf2, pollReplyOf2)
}

/** The intervals between successive times, in whole ms. */
function gaps(times: number[]): number[] {
    const result: number[] = []
    for (let i = 1; i < times.length; i++) result.push(Math.round(times[i] - times[i - 1]))
    return result
}

/** The wall-clock second nearest to each time. */
function slots(times: number[], offset: number): number[] {
    return times.map(at => Math.round((at + offset) / 1000))
}

describe("poller", () => {
    test("polls every meter once per interval after the settling time", async () => {
        const port = bothAnswer()
        const begin = ds.millis()
        const house = new PollerHouse(new ModbusClient(port, LINE), 1000)
        await house.run(4990)
        expect(port.exchanges).toBe(0)
        await house.run(4500)
        expect(port.times(readPoll)[0] - begin >= 5000).toBe(true)
        expect(gaps(port.times(readPoll)).every(gap => gap >= 999 && gap <= 1001)).toBe(true)
        expect(house.count("pump")).toBe(5)
        expect(house.count("car")).toBe(5)
        expect(house.states.join(", ")).toBe("port works, pump answering, car answering")
        house.poller.stop()
    })

    test("aligns rounds to the wall clock without skipping or repeating a slot", async () => {
        const port = bothAnswer()
        const house = new PollerHouse(new ModbusClient(port, LINE), 1000)
        await house.run(6500)
        const offset = 1790000000000 + 370
        house.clock.publish({ offset, uncertainty: 100 })
        await house.run(4000)
        house.clock.publish({ offset: offset + 40, uncertainty: 50 })
        await house.run(4000)
        house.poller.stop()
        expect(gaps(slots(port.times(readPoll), offset)).every(gap => gap === 1)).toBe(true)
        const times = port.times(readPoll)
        const inSeconds = (times[times.length - 1] + offset + 40) / 1000
        expect(Math.abs(inSeconds - Math.round(inSeconds)) < 0.005).toBe(true)
    })

    test("never puts two readings into one slot when the clock becomes known", async () => {
        const uncertainty = 200
        for (let phase = 0; phase < 1000; phase += 100) {
            const port = bothAnswer()
            const house = new PollerHouse(new ModbusClient(port, LINE), 1000)
            const offset = 1790000000000.5 + phase
            await house.run(6900)
            port.busyMs = 7 * phase
            await house.run(600)
            house.clock.publish({ offset, uncertainty })
            await house.run(9000)
            house.poller.stop()
            const times = house.timesOf("pump")
            expect(times.every(at => at === Math.floor(at))).toBe(true)
            for (const known of [offset - uncertainty, offset, offset + uncertainty])
                expect(gaps(slots(times, known)).every(gap => gap >= 1)).toBe(true)
        }
    })

    test("starts the first round right after settling, and no second one in its slot", async () => {
        const uncertainty = 200
        for (let phase = 0; phase < 1000; phase += 100) {
            const port = bothAnswer()
            const begin = ds.millis()
            const house = new PollerHouse(new ModbusClient(port, LINE), 1000)
            const offset = 1790000000000.5 + phase
            await house.run(1000)
            house.clock.publish({ offset, uncertainty })
            await house.run(8000)
            house.poller.stop()
            const times = house.timesOf("pump")
            expect(times[0] - begin >= 5000 && times[0] - begin < 5020).toBe(true)
            for (const known of [offset - uncertainty, offset, offset + uncertainty])
                expect(gaps(slots(times, known)).every(gap => gap >= 1)).toBe(true)
        }
    })

    test("skips rounds that it cannot start in time", async () => {
        const port = bothAnswer()
        const house = new PollerHouse(new ModbusClient(port, LINE), 100, METERS.slice(0, 1))
        await house.run(7000)
        house.poller.stop()
        expect(gaps(port.times(readPoll)).every(gap => gap >= 199 && gap <= 201)).toBe(true)
    })

    test("dates a delayed reading by the round in which it arrives", async () => {
        for (const isClockKnown of [false, true]) {
            const port = bothAnswer()
            const house = new PollerHouse(new ModbusClient(port, LINE), 1000)
            await house.run(6500)
            const offset = 1790000000000 + 370
            if (isClockKnown) house.clock.publish({ offset, uncertainty: 100 })
            await house.run(4000)
            const before = house.ages.length
            for (const busyMs of [400, 1900, 2950, 20000, 999]) {
                port.busyMs = busyMs
                await house.run(busyMs + 3000)
            }
            house.poller.stop()
            expect(house.ages.slice(before).every(age => age < 1000)).toBe(true)
            expect(gaps(slots(house.timesOf("pump"), offset)).every(gap => gap >= 1)).toBe(true)
            expect(gaps(slots(house.timesOf("car"), offset)).every(gap => gap >= 1)).toBe(true)
        }
    })

    test("polls meters equally often when a round is too short for all", async () => {
        const house = new PollerHouse(new ModbusClient(bothAnswer(), LINE), 250)
        await house.run(35000)
        house.poller.stop()
        expect(house.count("pump") > 45).toBe(true)
        expect(Math.abs(house.count("pump") - house.count("car")) <= 1).toBe(true)
        expect(house.troubles).toBe(0)
    })

    test("keeps other meters at full rate while it retries a dead one every other round", async () => {
        const port = new MeterPort().answer(readPollOf2, pollReplyOf2)
        const house = new PollerHouse(new ModbusClient(port, LINE), 1000)
        await house.run(40900)
        house.poller.stop()
        expect(house.count("car")).toBe(36)
        expect(house.count("pump")).toBe(0)
        const pauses = gaps(port.times(readPoll).slice(2, 7)).map(gap => Math.round(gap / 1000))
        expect(pauses.join(" ")).toBe("0 2 0 2")
        expect(house.states.join(", ")).toBe("port works, car answering, pump unknown NoAnswer")
    })
})
