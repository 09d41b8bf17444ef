import { describe, expect, test } from "@devicescript/test"
import { pzem016 } from "../../../src/generated/models/pzem-016"
import { setAddress } from "../../../src/line/commands"
import { GENERAL_ADDRESS } from "../../../src/line/modbus/frame"
import { ModbusClient } from "../../../src/line/modbus-client"
import {
    probe5,
    probeReplyOf5,
    readSettings,
    readSettingsAt5,
    readSettingsAtGeneral,
    settingsReply,
    settingsReplyOf1AtGeneral,
    settingsReplyOf5,
    writeAddress5,
    writeAddress5AtGeneral,
} from "./frames"
import { ScriptedPort } from "./scripted-port"

const LINE = { baud: 9600, stopBits: 1 as const }
const NOTHING = hex``

async function failureOf(port: ScriptedPort, from: number, to: number): Promise<string> {
    try {
        await setAddress(new ModbusClient(port, LINE), pzem016, from, to)
    } catch (e) {
        return (e as Error).name
    }
    port.finish()
    return "none"
}

describe("slave address", () => {
    test("is set and read back at the new address", async () => {
        const port = new ScriptedPort()
            .expect(readSettings, settingsReply)
            .expect(probe5, NOTHING)
            .expect(writeAddress5, writeAddress5)
            .expect(readSettingsAt5, settingsReplyOf5)
        expect(await failureOf(port, 1, 5)).toBe("none")
    })

    test("is set on a line that echoes", async () => {
        const port = new ScriptedPort()
            .expect(readSettings, readSettings.concat(settingsReply))
            .expect(probe5, probe5)
            .expect(writeAddress5, writeAddress5.concat(writeAddress5))
            .expect(readSettingsAt5, readSettingsAt5.concat(settingsReplyOf5))
        expect(await failureOf(port, 1, 5)).toBe("none")
    })

    test("is set through the general address", async () => {
        const port = new ScriptedPort()
            .expect(readSettingsAtGeneral, settingsReplyOf1AtGeneral)
            .expect(probe5, NOTHING)
            .expect(writeAddress5AtGeneral, writeAddress5AtGeneral)
            .expect(readSettingsAt5, settingsReplyOf5)
        expect(await failureOf(port, GENERAL_ADDRESS, 5)).toBe("none")
    })

    test("counts as set when only the confirmation is lost", async () => {
        const port = new ScriptedPort()
            .expect(readSettings, settingsReply)
            .expect(probe5, NOTHING)
            .expect(writeAddress5, NOTHING)
            .expect(readSettingsAt5, settingsReplyOf5)
        expect(await failureOf(port, 1, 5)).toBe("none")
    })

    test("does not count as set when the new address does not answer", async () => {
        const port = new ScriptedPort()
            .expect(readSettings, settingsReply)
            .expect(probe5, NOTHING)
            .expect(writeAddress5, writeAddress5)
            .expect(readSettingsAt5, NOTHING)
            .expect(readSettingsAt5, NOTHING)
        expect(await failureOf(port, 1, 5)).toBe("NoAnswer")
    })

    test("is not set to an address already in use", async () => {
        const port = new ScriptedPort().expect(readSettings, settingsReply).expect(probe5, probeReplyOf5)
        expect(await failureOf(port, 1, 5)).toBe("AddressTaken")
        port.finish()
    })

    test("is not set when the meter does not answer", async () => {
        const port = new ScriptedPort().expect(readSettings, NOTHING).expect(readSettings, NOTHING)
        expect(await failureOf(port, 1, 5)).toBe("NoAnswer")
        port.finish()
    })

    test("is never set to the general address, broadcast or a fraction", async () => {
        const port = new ScriptedPort()
        expect(await failureOf(port, 1, GENERAL_ADDRESS)).toBe("RangeError")
        expect(await failureOf(port, 1, 0)).toBe("RangeError")
        expect(await failureOf(port, 1, 1.5)).toBe("RangeError")
        expect(port.opens).toBe(0)
    })
})
