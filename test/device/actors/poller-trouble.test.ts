import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { Level, type LogRecord, notice, records } from "../../../src/device/log"
import { ModbusClient } from "../../../src/line/modbus-client"
import { PortError } from "../../../src/line/ports/port"
import {
    pollReply,
    pollReplyAfterReset,
    pollReplyOf2,
    pollReplyOf2AfterReset,
    readPoll,
    readPollOf2,
} from "../line/frames"
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

describe("poller, in trouble", () => {
    test("uses a meter again 5 s after it comes back", async () => {
        const port = bothAnswer()
        const house = new PollerHouse(new ModbusClient(port, LINE), 1000)
        await house.run(7500)
        port.answer(readPoll, undefined)
        await house.run(4000)
        const before = house.count("pump")
        port.answer(readPoll, pollReply)
        const back = ds.millis()
        await house.run(20000)
        house.poller.stop()
        const pump = house.readings.filter(r => r.meter === METERS[0])
        expect(pump[before].at - back >= 5000).toBe(true)
        expect(pump.length - before >= 8).toBe(true)
        expect(house.states.join(", ")).toBe(
            "port works, pump answering, car answering, pump unknown NoAnswer, pump answering",
        )
    })

    test("asks a meter that comes back again in the same round, once it has settled", async () => {
        const port = bothAnswer()
        const house = new PollerHouse(new ModbusClient(port, LINE), 10000)
        await house.run(26000)
        port.answer(readPoll, undefined)
        await house.run(10000)
        const before = house.count("pump")
        port.answer(readPoll, pollReply)
        await house.run(15000)
        house.poller.stop()
        expect(house.count("pump")).toBe(before + 1)
        const age = house.ages[house.ages.length - 1]
        expect(age > 5000 && age < 6000).toBe(true)
        expect(house.readings[house.readings.length - 1].at).toBe(
            house.timesOf("car")[house.count("car") - 1],
        )
    })

    test("says that rounds are too short when one after another outlasts its interval", async () => {
        let warnings = 0
        const count = ({ source, level }: LogRecord) => {
            if (source === "poller" && level === Level.Warn) warnings++
        }
        records.subscribe(count)
        notice("poller", "a new house")
        const port = new MeterPort()
        let slow = 2
        port.answer(readPoll, pollReply, () => {
            if (slow > 0) port.busyMs = 1500
            slow--
        })
        const house = new PollerHouse(new ModbusClient(port, LINE), 1000, METERS.slice(0, 1))
        await house.run(20000)
        expect(warnings).toBe(0)
        slow = 100
        await house.run(20000)
        house.poller.stop()
        records.unsubscribe(count)
        expect(warnings).toBe(1)
    })

    test("expects the jump of each meter whose counter is reset, one soon after the other", async () => {
        const port = bothAnswer()
        const client = new ModbusClient(port, LINE)
        const house = new PollerHouse(client, 10000)
        await house.run(26000)
        const [pump, car] = [house.count("pump"), house.count("car")]
        client.resets.push(1, 2)
        port.answer(readPoll, pollReplyAfterReset).answer(readPollOf2, pollReplyOf2AfterReset)
        await house.run(20000)
        house.poller.stop()
        expect(house.count("pump")).toBe(pump + 2)
        expect(house.count("car")).toBe(car + 2)
        expect(house.troubles).toBe(0)
    })

    test("publishes held-back readings once the counter is confirmed", async () => {
        const port = bothAnswer()
        const house = new PollerHouse(new ModbusClient(port, LINE), 1000)
        await house.run(7500)
        const before = house.count("pump")
        port.answer(readPoll, pollReplyAfterReset)
        await house.run(9000)
        expect(house.count("pump")).toBe(before)
        expect(house.states[house.states.length - 1]).toBe("pump unknown ImplausibleReading")
        await house.run(4000)
        house.poller.stop()
        const pump = house.readings.filter(r => r.meter === METERS[0])
        // nothing is lost: there is one reading per second, with its own time
        expect(gaps(pump.map(r => r.at)).every(gap => gap >= 900 && gap <= 1100)).toBe(true)
        expect(pump[pump.length - 1].values[3]).toBe(3)
        expect(house.states[house.states.length - 1]).toBe("pump answering")
    })

    test("reports a failed port once, reopens it with growing pauses, and recovers", async () => {
        const port = bothAnswer()
        const house = new PollerHouse(new ModbusClient(port, LINE), 1000)
        await house.run(7500)
        port.failure = new PortError("meters", "unplugged", "plug it in")
        await house.run(60000)
        // opened again at once, then after 2, 4, 8 and 16 s plus up to a quarter, each time at the next round
        expect(port.opens >= 4 && port.opens <= 7).toBe(true)
        port.failure = undefined
        await house.run(60000)
        house.poller.stop()
        expect(house.states.slice(3, 7).join(", ")).toBe(
            "port failed, pump unknown PortError, car unknown PortError, port works",
        )
        // Where the random pauses have left off decides which meter comes first.
        expect(house.states.length).toBe(9)
        expect(house.states.indexOf("pump answering", 7) > 0).toBe(true)
        expect(house.states.indexOf("car answering", 7) > 0).toBe(true)
        expect(house.count("pump") > 10).toBe(true)
        expect(house.count("car") > 10).toBe(true)
    })
})
