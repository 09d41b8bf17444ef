import * as ds from "@devicescript/core"
import { LineReporter } from "../../src/actors/console/line-reporter"
import type { LineTrouble, MeterState, PortState } from "../../src/actors/poller/line-state"
import { Poller } from "../../src/actors/poller/poller"
import type { ClockEstimate } from "../../src/actors/timekeeper"
import { printRecord, records } from "../../src/device/log"
import { cadence, line, makePort, meters } from "../../src/generated/wiring"
import { Topic } from "../../src/kernel/topic"
import type { Reading } from "../../src/line/meters/profile"
import { ModbusClient } from "../../src/line/modbus-client"
import { SocketOwner } from "../../src/net/socket"

/*
 * The line half of the program, without store and uplink. It prints every published reading as
 * `reading NAME 1200 2301,8234,...` (its age in ms, then its values as integers), and every change of a meter's state.
 */

const readings = new Topic<Reading>("readings")
const troubles = new Topic<LineTrouble>("troubles")
const meterStates = new Topic<MeterState>("meter states")
const portStates = new Topic<PortState>("port states")
const clock = new Topic<ClockEstimate>("clock")

records.subscribe(printRecord)
readings.subscribe(({ meter, at, values }) => {
    const age = Math.round(ds.millis() - at)
    console.debug("reading " + meter.name + " " + age + " " + values.join(","))
})
meterStates.subscribe(({ meter, answering }) =>
    console.debug("state " + meter.name + " " + (answering ? "answering" : "unknown")),
)

const client = new ModbusClient(makePort(new SocketOwner()), line)
new LineReporter(meters, client.failures, troubles, meterStates, portStates)
const topics = { readings, troubles, meterStates, portStates }
await new Poller(client, meters, cadence.pollMs, topics, clock).run()
