import { describe, expect, test } from "@devicescript/test"
import { pzem016 } from "../../../src/generated/models/pzem-016"
import { resetEnergy } from "../../../src/line/commands"
import { ModbusClient } from "../../../src/line/modbus-client"
import { pollReply, pollReplyAfterReset, readPoll, resetEnergy1, resetException } from "./frames"
import { ScriptedPort } from "./scripted-port"

const LINE = { baud: 9600, stopBits: 1 as const }
const METER = { name: "heatpump", profile: pzem016, address: 1 }

async function outcomeOf(port: ScriptedPort): Promise<string> {
    try {
        return "" + (await resetEnergy(new ModbusClient(port, LINE), METER))
    } catch (e) {
        return (e as Error).name
    } finally {
        port.finish()
    }
}

describe("reset of the energy counter", () => {
    test("is verified by reading back, and returns the old energy", async () => {
        const port = new ScriptedPort()
            .expect(readPoll, pollReply)
            .expect(resetEnergy1, resetEnergy1)
            .expect(readPoll, pollReplyAfterReset)
        expect(await outcomeOf(port)).toBe("138401")
    })

    test("fails when the meter confirms but does not reset", async () => {
        const port = new ScriptedPort()
            .expect(readPoll, readPoll.concat(pollReply))
            .expect(resetEnergy1, resetEnergy1.concat(resetEnergy1))
            .expect(readPoll, readPoll.concat(pollReply))
        expect(await outcomeOf(port)).toBe("NotConfirmed")
    })

    test("succeeds when the confirmation is lost but the counter is reset", async () => {
        const port = new ScriptedPort()
            .expect(readPoll, pollReply)
            .expect(resetEnergy1, hex``)
            .expect(readPoll, pollReplyAfterReset)
        expect(await outcomeOf(port)).toBe("138401")
    })

    test("fails when only the echo comes back", async () => {
        const port = new ScriptedPort()
            .expect(readPoll, readPoll.concat(pollReply))
            .expect(resetEnergy1, resetEnergy1)
            .expect(readPoll, readPoll.concat(pollReply))
        expect(await outcomeOf(port)).toBe("NotConfirmed")
    })

    test("fails when the meter refuses", async () => {
        const port = new ScriptedPort().expect(readPoll, pollReply).expect(resetEnergy1, resetException)
        expect(await outcomeOf(port)).toBe("ExceptionReply")
    })

    test("is not sent when the old energy cannot be read", async () => {
        const port = new ScriptedPort().expect(readPoll, hex``).expect(readPoll, hex``)
        expect(await outcomeOf(port)).toBe("NoAnswer")
    })
})
