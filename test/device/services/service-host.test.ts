import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { info, warn } from "../../../src/device/log"
import { onFault } from "../../../src/kernel/fault"
import { report, serve } from "../../../src/services/service-host"

let prepared = 0
/** Commands that wait for {@link release}. */
let held = 0
let release = false
const faults: string[] = []
onFault((where, e) => faults.push(where + ": " + e.message))

serve(
    [ds.EmonLogbook.spec, ds.EmonStation.spec, ds.EmonMeter.spec, ds.EmonMeter.spec],
    ({ name }, index) => {
        if (name === "line") throw new Error("the line is broken")
        if (name === "restart") return [7, 2, true, "uplink: no heartbeat"]
        if (name === "power") return 986.9 + index
        if (name === "energy") return 12345.678
        return undefined
    },
    async ({ name }) => {
        if (name === "resetEnergy") {
            held++
            while (!release) await ds.sleep(10)
        }
        if (name !== "prepare") return false
        prepared++
        return true
    },
)

const logbook = new ds.EmonLogbook()
const station = new ds.EmonStation()
const meter = new ds.EmonMeter("first[app:0]")
const second = new ds.EmonMeter("second[app:1]")

/** Waits for a condition, at most five seconds. */
async function until(condition: () => boolean) {
    for (let i = 0; i < 50 && !condition(); i++) await ds.sleep(100)
}

describe("service host", () => {
    test("announces its services", async () => {
        await until(() => second.isBound)
        expect(logbook.isBound && station.isBound && meter.isBound && second.isBound).toBe(true)
    })

    test("announces them again after a failure to do so", async () => {
        const platform = ds as unknown as {
            _serverSend: (service: number, packet: ds.Packet) => Promise<void>
        }
        const { _serverSend } = platform
        platform._serverSend = async () => {
            throw new RangeError("the bus is gone")
        }
        await until(() => faults.length > 0)
        expect(faults.pop()).toBe("services: the bus is gone")
        let announced = 0
        platform._serverSend = async (service, packet) => {
            if (service === 0) announced++
            await _serverSend(service, packet)
        }
        await until(() => announced > 0)
        platform._serverSend = _serverSend
        expect(announced > 0).toBe(true)
    })

    test("returns registers with one number or several fields", async () => {
        expect(await meter.energy.read()).toBe(12345.678)
        const fields = (await station.restart.read()) as unknown as unknown[]
        expect(JSON.stringify(fields)).toBe('[7,2,true,"uplink: no heartbeat"]')
    })

    test("distinguishes services of the same class", async () => {
        expect(await meter.power.read()).toBe(989.9)
        expect(await second.power.read()).toBe(990.9)
    })

    test("reports each log record", async () => {
        const reported: string[] = []
        const end = logbook.record.subscribe(fields => {
            reported.push((fields as unknown as unknown[]).join("|"))
        })
        const seconds = Math.floor(ds.millis() / 1000)
        info("uplink", "3 readings accepted")
        warn("heatpump", "is unknown")
        await until(() => reported.length >= 2)
        end()
        expect(reported[reported.length - 2]).toBe(seconds + "|0|1|uplink: 3 readings accepted")
        expect(reported[reported.length - 1]).toBe(seconds + "|0|3|heatpump: is unknown")
    })

    test("truncates a record that is longer than a packet", async () => {
        let last: unknown[]
        const end = logbook.record.subscribe(fields => {
            last = fields as unknown as unknown[]
        })
        let long = ""
        while (long.length < 400) long = long + "0123456789"
        info("poller", long)
        await until(() => last !== undefined)
        end()
        expect(last[3]).toBe(("poller: " + long).slice(0, 220))
    })

    test("reports how many records came too fast", async () => {
        let last: unknown[]
        const end = logbook.record.subscribe(fields => {
            last = fields as unknown as unknown[]
        })
        for (let i = 0; i < 12; i++) info("uplink", "record " + i)
        await ds.sleep(1000)
        info("uplink", "the last one")
        await until(() => last[3] === "uplink: the last one")
        end()
        expect(last[3]).toBe("uplink: the last one")
        expect(last[1]).toBe(4)
    })

    test("survives more failed reports than can wait at once", async () => {
        for (let i = 0; i < 20; i++) {
            report(1, "no_such_register", i)
            await ds.sleep(1)
        }
        let last: unknown[]
        const end = logbook.record.subscribe(fields => {
            last = fields as unknown as unknown[]
        })
        info("uplink", "still reporting")
        await until(() => last !== undefined && last[3] === "uplink: still reporting")
        end()
        expect(last[3]).toBe("uplink: still reporting")
    })

    test("survives an error thrown by a register", async () => {
        let answered = false
        const ask = async () => {
            await station.line.read()
            answered = true
        }
        ask.start()
        await until(() => faults.length > 0)
        expect(faults[0]).toBe("services: the line is broken")
        expect(answered).toBe(false)
        expect(await meter.energy.read()).toBe(12345.678)
    })

    test("carries out a command", async () => {
        await station.prepare()
        await until(() => prepared > 0)
        expect(prepared).toBe(1)
    })

    test("handles four packets at once and answers again when they are done", async () => {
        for (let i = 0; i < 8; i++) await meter.resetEnergy()
        await ds.sleep(500)
        expect(held).toBe(4)
        release = true
        await ds.sleep(100)
        expect(await meter.energy.read()).toBe(12345.678)
    })
})
