import { describe, expect, test } from "@devicescript/test"
import { ModbusClient } from "../../../src/line/modbus-client"
import {
    pollReply,
    readPoll,
    resetEnergy1,
    resetException,
    writeThreshold2300,
    writeThreshold2301Reply,
} from "./frames"
import { ScriptedPort } from "./scripted-port"

const LINE = { baud: 9600, stopBits: 1 as const }
const POLL = { functionCode: 4 as const, start: 0, count: 10 }

async function failureOf(write: () => Promise<void>): Promise<string> {
    try {
        await write()
    } catch (e) {
        return (e as Error).name
    }
    return "none"
}

describe("Modbus client, writing", () => {
    test("accepts one copy as confirmation when a read has seen no echo", async () => {
        const port = new ScriptedPort().expect(readPoll, pollReply).expect(resetEnergy1, resetEnergy1)
        const client = new ModbusClient(port, LINE)
        await client.read(1, POLL)
        await client.resetEnergy(1)
        port.finish()
    })

    test("accepts the second copy as confirmation when a read has seen an echo", async () => {
        const port = new ScriptedPort()
            .expect(readPoll, readPoll.concat(pollReply))
            .expect(resetEnergy1, resetEnergy1.concat(resetEnergy1))
        const client = new ModbusClient(port, LINE)
        await client.read(1, POLL)
        await client.resetEnergy(1)
        port.finish()
    })

    test("rejects the echo alone as confirmation", async () => {
        const port = new ScriptedPort()
            .expect(readPoll, readPoll.concat(pollReply))
            .expect(resetEnergy1, resetEnergy1)
        const client = new ModbusClient(port, LINE)
        await client.read(1, POLL)
        expect(await failureOf(async () => await client.resetEnergy(1))).toBe("OnlyEcho")
    })

    test("rejects one copy as confirmation before any read", async () => {
        const port = new ScriptedPort().expect(writeThreshold2300, writeThreshold2300)
        const client = new ModbusClient(port, LINE)
        expect(await failureOf(async () => await client.writeSingle(1, 1, 2300))).toBe("OnlyEcho")
    })

    test("rejects one copy as confirmation after a read with a damaged echo", async () => {
        const damaged = readPoll.slice()
        damaged[3] = 0x40
        const port = new ScriptedPort()
            .expect(readPoll, damaged.concat(pollReply))
            .expect(resetEnergy1, resetEnergy1)
        const client = new ModbusClient(port, LINE)
        await client.read(1, POLL)
        expect(await failureOf(async () => await client.resetEnergy(1))).toBe("OnlyEcho")
    })

    test("never retries", async () => {
        const port = new ScriptedPort().expect(writeThreshold2300, hex``).expect(resetEnergy1, hex`01`)
        const client = new ModbusClient(port, LINE)
        expect(await failureOf(async () => await client.writeSingle(1, 1, 2300))).toBe("NoAnswer")
        expect(await failureOf(async () => await client.resetEnergy(1))).toBe("Truncated")
        expect(client.counts.requests).toBe(2)
        expect(client.counts.retries).toBe(0)
        port.finish()
    })

    test("uses the longer timeout from the start", async () => {
        const port = new ScriptedPort().expect(resetEnergy1, hex``)
        await failureOf(async () => await new ModbusClient(port, LINE).resetEnergy(1))
        // 370 ms plus 4 characters of 10 bits
        expect(port.timeouts.join(" ")).toBe("375")
    })

    test("reports a refusal and a wrong confirmation", async () => {
        const port = new ScriptedPort()
            .expect(resetEnergy1, resetException)
            .expect(writeThreshold2300, writeThreshold2301Reply)
        const client = new ModbusClient(port, LINE)
        expect(await failureOf(async () => await client.resetEnergy(1))).toBe("ExceptionReply")
        const wrong = await failureOf(async () => await client.writeSingle(1, 1, 2300))
        expect(wrong).toBe("WrongConfirmation")
    })
})
