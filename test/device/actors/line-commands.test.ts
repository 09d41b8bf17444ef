import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { type LineCommand, LineDesk } from "../../../src/actors/poller/command-request"
import { LineCommands } from "../../../src/actors/poller/commands"
import { pzem016 } from "../../../src/generated/models/pzem-016"
import { ModbusClient } from "../../../src/line/modbus-client"
import {
    pollReply,
    pollReplyAfterReset,
    probe1,
    probe3,
    probeExceptionOf3,
    probeReplyOf1,
    readPoll,
    readSettings,
    readSettingsAt5,
    resetEnergy1,
    settingsReply,
    settingsReplyOf5,
    writeAddress5,
} from "../line/frames"
import { MeterPort } from "./meter-port"
import { LINE, METERS, PollerHouse } from "./poller-house"

/** A house with one meter that accepts commands. Records all progress and responses as text. */
class Office {
    readonly desk = new LineDesk()
    readonly said: string[] = []
    readonly house: PollerHouse

    constructor(port: MeterPort) {
        const client = new ModbusClient(port, LINE)
        const commands = new LineCommands(client, this.desk)
        const { said, desk } = this
        desk.progress.subscribe(({ id, done, total, finding }) => {
            said.push(id + ": " + done + "/" + total + " " + (finding ?? "-"))
        })
        desk.responses.subscribe(({ id, done, text }) => {
            said.push(id + (done ? " done: " : " failed: ") + text)
        })
        this.house = new PollerHouse(client, 1000, METERS.slice(0, 1), commands)
    }

    async ask(command: LineCommand, ms: number): Promise<string> {
        this.desk.requests.publish({ id: 7, command })
        await ds.sleep(ms)
        this.house.poller.stop()
        return this.said.join(", ")
    }
}

function pump(): MeterPort {
    return new MeterPort().answer(readPoll, pollReply)
}

describe("line commands", () => {
    test("read a meter's alarm thresholds", async () => {
        const office = new Office(pump().answer(readSettings, settingsReply))
        const said = await office.ask({ name: "read-alarm", meter: "pump" }, 6000)
        expect(said).toBe("7 done: pump: power_threshold 23000 W")
    })

    test("naming an unknown meter fail and list the wired meters", async () => {
        const said = await new Office(pump()).ask({ name: "reset-energy", meter: "boiler" }, 6000)
        expect(said).toBe("7 failed: no meter is called boiler; there is pump")
    })

    test("fail once, with the reason, when the meter does not answer", async () => {
        const said = await new Office(pump()).ask({ name: "read-alarm", meter: "pump" }, 8000)
        expect(said).toBe("7 failed: address 1, function 3: no answer")
    })

    test("move a meter to a free address with a single write", async () => {
        const port = pump().answer(readSettings, settingsReply)
        port.answer(writeAddress5, writeAddress5.concat(writeAddress5)).answer(
            readSettingsAt5,
            settingsReplyOf5,
        )
        const said = await new Office(port).ask({ name: "set-address", from: 1, to: 5 }, 8000)
        expect(said).toBe("7 done: the meter is at address 5 now; enter that in devicescript.json for pump")
        expect(port.times(writeAddress5).length).toBe(1)
    })

    test("reset the energy, report its old value, and accept the next reading", async () => {
        const port = pump().answer(resetEnergy1, resetEnergy1)
        const office = new Office(port)
        await ds.sleep(7500)
        const before = office.house.count("pump")
        const reset = async () => {
            await ds.sleep(300)
            port.answer(readPoll, pollReplyAfterReset)
        }
        reset.start()
        const said = await office.ask({ name: "reset-energy", meter: "pump" }, 4000)
        expect(said).toBe("7 done: pump: the energy counter is now 0, it was 138.401 kWh")
        expect(port.times(resetEnergy1).length).toBe(1)
        const { readings } = office.house
        expect(readings.length > before + 1).toBe(true)
        expect(readings[before].values[3]).toBe(3)
        expect(office.house.states.indexOf("pump unknown ImplausibleReading")).toBe(-1)
    })

    test("reset the energy of a meter just switched on once its values mean something", async () => {
        const port = new MeterPort()
        const office = new Office(port)
        await ds.sleep(20000)
        port.answer(readPoll, pollReply)
        const switchedOn = ds.millis()
        const reset = async () => {
            await ds.sleep(300)
            port.answer(readPoll, pollReplyAfterReset)
        }
        port.answer(resetEnergy1, resetEnergy1, () => reset.start())
        const said = await office.ask({ name: "reset-energy", meter: "pump" }, 20000)
        expect(said).toBe("7 done: pump: the energy counter is now 0, it was 138.401 kWh")
        expect(port.times(resetEnergy1)[0] - switchedOn >= pzem016.settleMs).toBe(true)
    })

    test("scan addresses with progress reports while polling continues", async () => {
        const port = pump().answer(probe1, probeReplyOf1).answer(probe3, probeExceptionOf3)
        const office = new Office(port)
        await ds.sleep(6500)
        const before = office.house.count("pump")
        const said = await office.ask({ name: "scan", first: 1, last: 12 }, 25000)
        expect(office.said.slice(0, 3).join(", ")).toBe(
            "7: 1/12 address 1: pump, 7: 2/12 -, 7: 3/12 address 3: a meter that is not configured, model unknown; " +
                'for devicescript.json: {"name":"meter3","model":"MODEL","address":3}',
        )
        expect(said.endsWith("7 done: 1, 3 of addresses 1 to 12 answer")).toBe(true)
        expect(office.house.count("pump") - before >= 4).toBe(true)
    })

    test("report a scanned address that two meters seem to share", async () => {
        const port = pump().answer(probe1, probeReplyOf1).answer(probe3, hex`03 04 04 08 91 08 07 00 00`)
        const said = await new Office(port).ask({ name: "scan", first: 3, last: 3 }, 10000)
        expect(said).toBe(
            "7: 1/1 address 3: a damaged answer; perhaps two meters share it, 7 done: 3 of addresses 3 to 3 answer",
        )
    })

    test("naming an unknown threshold fail and list the meter's thresholds", async () => {
        const said = await new Office(pump()).ask(
            { name: "set-alarm", meter: "pump", threshold: "low_voltage", value: 200 },
            6000,
        )
        expect(said).toBe("7 failed: no threshold is called low_voltage; there is power_threshold")
    })

    test("diagnose a line on which no meter answers", async () => {
        const said = await new Office(new MeterPort()).ask({ name: "diagnose" }, 20000)
        const verdict = "no answer at all: check the meter's power, its address, the speed, and swap A and B"
        expect(said.startsWith("7: 1/1 pump: " + verdict + ", 7: 1/1 line counters: requests ")).toBe(true)
        expect(said.endsWith("7 done: " + verdict)).toBe(true)
    })

    test("beyond the limit are each refused as busy", async () => {
        const office = new Office(pump())
        for (let i = 0; i < 7; i++)
            office.desk.requests.publish({ id: i, command: { name: "read-alarm", meter: "boiler" } })
        await ds.sleep(6000)
        office.house.poller.stop()
        expect(office.said.length).toBe(7)
        expect(office.said.filter(text => text.endsWith("the line is busy; try again later")).length).toBe(3)
    })
})
