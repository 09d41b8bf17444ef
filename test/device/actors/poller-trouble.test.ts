import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { ModbusClient } from "../../../src/line/modbus-client"
import { PortError } from "../../../src/line/ports/port"
import { pollReply, pollReplyAfterReset, pollReplyOf2, readPoll, readPollOf2 } from "../line/frames"
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
