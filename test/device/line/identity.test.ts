import { describe, expect, test } from "@devicescript/test"
import { type Identity, identify } from "../../../src/line/identity"
import { ModbusClient } from "../../../src/line/modbus-client"
import { PortError } from "../../../src/line/ports/port"
import { pollException, pollReply, readPoll } from "./frames"
import { ScriptedPort } from "./scripted-port"

const LINE = { baud: 9600, stopBits: 1 as const }
/** The registers that a poll reads. */
const range = { functionCode: 4 as const, start: 0, count: 10 }
/** Without address, function, length and CRC. */
const content = pollReply.slice(3, pollReply.length - 2)

const OTHER: Identity = { model: "other", range, content: Buffer.alloc(20) }
const SAME: Identity = { model: "same", range, content }

async function identified(port: ScriptedPort): Promise<string | undefined> {
    const model = await identify(new ModbusClient(port, LINE), 1, [OTHER, SAME])
    port.finish()
    return model
}

describe("a meter's model", () => {
    test("is the one whose registers have that content", async () => {
        expect(await identified(new ScriptedPort().expect(readPoll, pollReply))).toBe("same")
    })

    test("is unknown when the meter does not have the registers", async () => {
        expect(await identified(new ScriptedPort().expect(readPoll, pollException))).toBe(undefined)
    })

    test("is not looked for further when the port fails", async () => {
        const port = new ScriptedPort().expect(readPoll, new PortError("script", "unplugged", "plug it in"))
        let failure: Error
        try {
            await identified(port)
        } catch (e) {
            failure = e as Error
        }
        expect(failure instanceof PortError).toBe(true)
    })
})
