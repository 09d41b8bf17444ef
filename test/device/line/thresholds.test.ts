import { describe, expect, test } from "@devicescript/test"
import { pzem016 } from "../../../src/generated/models/pzem-016"
import { sdm120 } from "../../../src/generated/models/sdm120"
import { readThresholds, setThreshold } from "../../../src/line/commands"
import { ModbusClient } from "../../../src/line/modbus-client"
import {
    readSettings,
    settingsReply,
    settingsReplyWith2300,
    writeThreshold2300,
    writeThresholdException,
} from "./frames"
import { ScriptedPort } from "./scripted-port"

const LINE = { baud: 9600, stopBits: 1 as const }
const METER = { name: "heatpump", profile: pzem016, address: 1 }
const THRESHOLD = pzem016.settings()[1]

async function failureOf(port: ScriptedPort, watts: number): Promise<Error> {
    try {
        await setThreshold(new ModbusClient(port, LINE), METER, THRESHOLD, watts)
    } catch (e) {
        return e as Error
    }
    return undefined
}

describe("alarm threshold", () => {
    test("is read", async () => {
        const port = new ScriptedPort().expect(readSettings, settingsReply)
        const values = await readThresholds(new ModbusClient(port, LINE), METER)
        expect(values.join(" ")).toBe("23000")
    })

    test("is set and read back", async () => {
        const port = new ScriptedPort()
            .expect(readSettings, settingsReply)
            .expect(writeThreshold2300, writeThreshold2300)
            .expect(readSettings, settingsReplyWith2300)
        expect(await failureOf(port, 2300)).toBe(undefined)
        port.finish()
    })

    test("counts as set when only the confirmation is lost", async () => {
        const port = new ScriptedPort()
            .expect(readSettings, settingsReply)
            .expect(writeThreshold2300, hex``)
            .expect(readSettings, settingsReplyWith2300)
        expect(await failureOf(port, 2300)).toBe(undefined)
        port.finish()
    })

    test("does not count as set when the register disagrees", async () => {
        const port = new ScriptedPort()
            .expect(readSettings, settingsReply)
            .expect(writeThreshold2300, writeThreshold2300)
            .expect(readSettings, settingsReply)
        const failure = await failureOf(port, 2300)
        expect(failure.name).toBe("NotConfirmed")
        expect(failure.message).toBe("power_threshold should be 2300 but is 23000")
    })

    test("causes an error when the meter refuses it", async () => {
        const port = new ScriptedPort()
            .expect(readSettings, settingsReply)
            .expect(writeThreshold2300, writeThresholdException)
        expect((await failureOf(port, 2300)).name).toBe("ExceptionReply")
        port.finish()
    })

    test("is not sent when out of range", async () => {
        const port = new ScriptedPort()
        expect((await failureOf(port, 23001)).name).toBe("RangeError")
        expect((await failureOf(port, -1)).message).toBe("power_threshold must be 0 to 23000 W")
        expect(port.opens).toBe(0)
    })

    test("is not offered by a model without one", async () => {
        let name = "none"
        try {
            const meter = { name: "main", profile: sdm120, address: 1 }
            await readThresholds(new ModbusClient(new ScriptedPort(), LINE), meter)
        } catch (e) {
            name = (e as Error).name
        }
        expect(name).toBe("NotOffered")
    })
})
