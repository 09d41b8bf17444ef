import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { Level, records } from "../../../src/device/log"
import { sdm120 } from "../../../src/generated/models/sdm120"
import { ModbusClient } from "../../../src/line/modbus-client"
import { commandMeter } from "../../../src/services/meter-commands"
import { MeterPort } from "../actors/meter-port"
import { LINE, METERS, PollerHouse } from "../actors/poller-house"
import {
    pollReply,
    pollReplyAfterReset,
    probe5,
    probeReplyOf5,
    readPoll,
    readSettings,
    readSettingsAt5,
    resetEnergy1,
    resetException,
    settingsReply,
    settingsReplyOf5,
    settingsReplyWith2300,
    writeAddress5,
    writeThreshold2300,
    writeThresholdException,
} from "../line/frames"

const RESET_ENERGY = 0x80
const SET_ADDRESS = 0x81
const SET_ALARM = 0x82

let told: string[] = []
records.subscribe(({ level, source, text }) => {
    if (level >= Level.Notice) told.push(level + " " + source + ": " + text)
})

/** Carries out a command on the first meter. @returns whether it succeeded, and what was logged */
async function outcome(port: MeterPort, code: number, value?: number, meters = METERS): Promise<string> {
    const line = { client: new ModbusClient(port, LINE), meters }
    // A good read shows the client that this line has no echo.
    await line.client.read(1, { functionCode: 4, start: 0, count: 10 })
    told = []
    const done = await commandMeter(line, 0, ds.EmonMeter.spec.byCode(code), value)
    return done + ", " + told.join(", ")
}

/** A meter that answers polls and reads of its settings. */
function pump(): MeterPort {
    return new MeterPort().answer(readPoll, pollReply).answer(readSettings, settingsReply)
}

/** A meter that also resets its energy. */
function resettable(): MeterPort {
    const port = pump()
    return port.answer(resetEnergy1, resetEnergy1, () => port.answer(readPoll, pollReplyAfterReset))
}

describe("commands of a meter's service", () => {
    test("reset the energy", async () => {
        expect(await outcome(resettable(), RESET_ENERGY)).toBe("true, 2 pump: the energy counter is now 0")
    })

    test("set the address and log the next step", async () => {
        const port = pump()
        port.answer(writeAddress5, writeAddress5, () => port.answer(readSettingsAt5, settingsReplyOf5))
        expect(await outcome(port, SET_ADDRESS, 5)).toBe(
            "true, 2 pump: address is 5 now; the meter is not read until devicescript.json has this address",
        )
        expect(port.times(writeAddress5).length).toBe(1)
    })

    test("set the alarm", async () => {
        const port = pump()
        port.answer(writeThreshold2300, writeThreshold2300, () =>
            port.answer(readSettings, settingsReplyWith2300),
        )
        expect(await outcome(port, SET_ALARM, 2300)).toBe("true, 2 pump: power_threshold is 2300 W")
    })

    test("fail when the meter confirms but does not obey", async () => {
        expect(await outcome(pump().answer(writeThreshold2300, writeThreshold2300), SET_ALARM, 2300)).toBe(
            "false, 4 pump: setAlarm failed: power_threshold should be 2300 but is 23000",
        )
        expect(await outcome(pump().answer(resetEnergy1, resetEnergy1), RESET_ENERGY)).toBe(
            "false, 4 pump: resetEnergy failed: energy should be 0 but is 138401",
        )
    })

    test("fail when the meter refuses", async () => {
        const alarm = pump().answer(writeThreshold2300, writeThresholdException)
        expect(await outcome(alarm, SET_ALARM, 2300)).toBe(
            "false, 4 pump: setAlarm failed: address 1, function 6: exception 3, illegal data value",
        )
        expect(await outcome(pump().answer(resetEnergy1, resetException), RESET_ENERGY)).toBe(
            "false, 4 pump: resetEnergy failed: address 1, function 66: exception 1, illegal function",
        )
    })

    test("fail when the meter is silent", async () => {
        const silent = new MeterPort().answer(readPoll, pollReply)
        expect(await outcome(silent, SET_ADDRESS, 5)).toBe(
            "false, 4 pump: setAddress failed: address 1, function 3: no answer",
        )
    })

    test("refuse an invalid or missing value without using the line", async () => {
        const port = pump()
        for (const value of [0, 248, 255, undefined])
            expect(await outcome(port, SET_ADDRESS, value)).toBe(
                "false, 4 pump: setAddress failed: meter address must be 1 to 247, not " + value,
            )
        expect(await outcome(port, SET_ALARM, 23001)).toBe(
            "false, 4 pump: setAlarm failed: power_threshold must be 0 to 23000 W",
        )
        expect(port.exchanges).toBe(port.times(readPoll).length)
    })

    test("refuse the address of another meter", async () => {
        const port = pump()
        expect(await outcome(port, SET_ADDRESS, 2)).toBe(
            "false, 4 pump: setAddress failed: address 2 is already in use",
        )
        expect(port.exchanges).toBe(1)
        expect(await outcome(pump().answer(probe5, probeReplyOf5), SET_ADDRESS, 5)).toBe(
            "false, 4 pump: setAddress failed: address 5 is already in use",
        )
    })

    test("fail for a model without settings", async () => {
        const port = pump()
        const boiler = [{ name: "boiler", profile: sdm120, address: 1 }]
        for (const code of [RESET_ENERGY, SET_ADDRESS, SET_ALARM]) {
            const name = ["resetEnergy", "setAddress", "setAlarm"][code - RESET_ENERGY]
            expect(await outcome(port, code, 5, boiler)).toBe(
                "false, 4 boiler: " + name + " failed: sdm120 has no settings that this program can change",
            )
        }
        expect(port.exchanges).toBe(3)
    })

    test("run one at a time", async () => {
        const port = resettable()
        const line = { client: new ModbusClient(port, LINE), meters: METERS }
        await line.client.read(1, { functionCode: 4, start: 0, count: 10 })
        told = []
        const reset = ds.EmonMeter.spec.byCode(RESET_ENERGY)
        let first = false
        const begin = async () => {
            first = await commandMeter(line, 0, reset, undefined)
        }
        begin.start()
        await ds.sleep(10)
        expect(await commandMeter(line, 1, reset, undefined)).toBe(false)
        await ds.sleep(3000)
        expect(first).toBe(true)
        expect(told.slice(told.length - 2).join(", ")).toBe(
            "4 car: resetEnergy failed: another command is in progress, 2 pump: the energy counter is now 0",
        )
        expect(await commandMeter(line, 0, reset, undefined)).toBe(true)
    })
})

describe("after an energy reset", () => {
    test("the next reading counts at once", async () => {
        const port = resettable()
        const client = new ModbusClient(port, LINE)
        const house = new PollerHouse(client, 1000, METERS.slice(0, 1))
        await house.run(7300)
        const before = house.count("pump")
        const reset = ds.EmonMeter.spec.byCode(RESET_ENERGY)
        expect(await commandMeter({ client, meters: METERS }, 0, reset, undefined)).toBe(true)
        await house.run(3000)
        house.poller.stop()
        expect(
            house.readings
                .slice(before)
                .map(r => r.values[3])
                .join(" "),
        ).toBe("3 3 3 3")
        expect(house.troubles).toBe(0)
    })

    test("that was not confirmed, readings count too", async () => {
        const port = pump()
        port.answer(resetEnergy1, undefined, () => port.answer(readPoll, pollReplyAfterReset))
        const client = new ModbusClient(port, LINE)
        const house = new PollerHouse(client, 1000, METERS.slice(0, 1))
        await house.run(7300)
        const before = house.count("pump")
        const reset = ds.EmonMeter.spec.byCode(RESET_ENERGY)
        expect(await commandMeter({ client, meters: METERS }, 0, reset, undefined)).toBe(true)
        await house.run(6000)
        house.poller.stop()
        const after = house.readings.slice(before)
        expect(after.length >= 6).toBe(true)
        for (let i = 1; i < after.length; i++) expect(after[i].at - after[i - 1].at <= 2000).toBe(true)
    })
})
