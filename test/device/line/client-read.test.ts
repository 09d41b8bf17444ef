import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { countsText } from "../../../src/line/counts"
import { ModbusClient } from "../../../src/line/modbus-client"
import { PortError } from "../../../src/line/ports/port"
import { Attempts } from "../../../src/line/unit-pace"
import { pollException, pollReply, pollReplyAfterReset, pollReplyOf2, readPoll, readPollOf2 } from "./frames"
import { ScriptedPort } from "./scripted-port"

const LINE = { baud: 9600, stopBits: 1 as const }
const POLL = { functionCode: 4 as const, start: 0, count: 10 }
const DATA = "089108070000112900001ca1000201f600610000"
const DATA_AFTER_RESET = "0891080700001129000000030000" + "01f600610000"
const NOTHING = hex``

async function failureOf(client: ModbusClient, address: number): Promise<Error> {
    try {
        await client.read(address, POLL)
    } catch (e) {
        return e as Error
    }
    throw new Error("read without an error")
}

describe("Modbus client, reading", () => {
    test("returns the registers", async () => {
        const port = new ScriptedPort().expect(readPoll, pollReply)
        const client = new ModbusClient(port, LINE)
        expect((await client.read(1, POLL)).toString("hex")).toBe(DATA)
        expect(port.opens).toBe(1)
        expect(port.drains).toBe(0)
        expect(client.counts.requests).toBe(1)
        expect(client.counts.retries).toBe(0)
    })

    test("drains the line and retries once with a longer timeout after silence", async () => {
        const port = new ScriptedPort().expect(readPoll, NOTHING).expect(readPoll, pollReply)
        const client = new ModbusClient(port, LINE)
        expect((await client.read(1, POLL)).toString("hex")).toBe(DATA)
        // latency plus 25 characters of 10 bits
        expect(port.timeouts.join(" ")).toBe("197 397")
        expect(port.drains).toBe(1)
        expect(client.counts.requests).toBe(2)
        expect(client.counts.retries).toBe(1)
        expect(client.counts.errorsOf("NoAnswer")).toBe(1)
    })

    test("gives up after one retry and throws the last error", async () => {
        const noise = hex`00 FF 00`
        const port = new ScriptedPort().expect(readPoll, NOTHING).expect(readPoll, noise)
        const client = new ModbusClient(port, LINE)
        expect((await failureOf(client, 1)).name).toBe("Garbled")
        expect(client.counts.errorsOf("NoAnswer")).toBe(1)
        expect(client.counts.errorsOf("Garbled")).toBe(1)
        const counted = "requests 2, retries 1, bytes drained 0, NoAnswer 1, Garbled 1"
        expect(countsText(client.counts, port)).toBe(counted)
        port.finish()
    })

    test("does not retry when a single attempt is requested", async () => {
        const port = new ScriptedPort().expect(readPoll, NOTHING)
        const client = new ModbusClient(port, LINE)
        let name = "none"
        try {
            await client.read(1, POLL, Attempts.Single)
        } catch (e) {
            name = (e as Error).name
        }
        expect(name).toBe("NoAnswer")
        expect(port.timeouts.join(" ")).toBe("197")
    })

    test("lets a failed meter rest without delaying the others", async () => {
        const port = new ScriptedPort()
            .expect(readPoll, NOTHING)
            .expect(readPoll, NOTHING)
            .expect(readPollOf2, pollReplyOf2)
            .expect(readPoll, pollReply)
        const client = new ModbusClient(port, LINE)
        await failureOf(client, 1)
        let done = 0
        const read = async (address: number) => {
            await client.read(address, POLL)
            done = address
        }
        read.start(1)
        read.start(2)
        await ds.sleep(300)
        expect(done).toBe(2)
        await ds.sleep(1500)
        expect(done).toBe(1)
        port.finish()
    })

    test("does not retry or drain after an exception reply", async () => {
        const port = new ScriptedPort().expect(readPoll, pollException).expect(readPoll, pollReply)
        const client = new ModbusClient(port, LINE)
        expect((await failureOf(client, 1)).name).toBe("ExceptionReply")
        expect(client.counts.requests).toBe(1)
        // a refusal is an answer, so nothing is drained
        await client.read(1, POLL)
        expect(port.drains).toBe(0)
    })

    test("ignores a late reply to an abandoned request", async () => {
        const damaged = pollReply.slice()
        damaged[5] = 0xaa
        const port = new ScriptedPort()
            .expect(readPoll, damaged)
            .expect(readPoll, damaged)
            .expect(readPollOf2, pollReplyAfterReset.concat(pollReplyOf2))
        const client = new ModbusClient(port, LINE)
        expect((await failureOf(client, 1)).name).toBe("CrcMismatch")
        expect((await client.read(2, POLL)).toString("hex")).toBe(DATA)
        expect(port.drains).toBe(2)
        port.finish()
    })

    test("counts the bytes it drains", async () => {
        const port = new ScriptedPort()
            .expect(readPoll, pollException.concat(hex`AA BB`))
            .expect(readPoll, NOTHING)
            .expect(readPoll, pollReply)
        const client = new ModbusClient(port, LINE)
        await failureOf(client, 1)
        await client.read(1, POLL)
        expect(client.counts.drainedBytes).toBe(2)
    })

    test("rejects the reply of another meter", async () => {
        const port = new ScriptedPort().expect(readPoll, pollReplyOf2).expect(readPoll, pollReplyOf2)
        const client = new ModbusClient(port, LINE)
        expect((await failureOf(client, 1)).name).toBe("ForeignAddress")
        expect(client.counts.errorsOf("ForeignAddress")).toBe(2)
    })

    test("throws a port error without a retry, and reopens the port for the next read", async () => {
        const broken = new PortError("script", "unplugged", "plug it in")
        const port = new ScriptedPort().expect(readPoll, broken).expect(readPoll, pollReply)
        const client = new ModbusClient(port, LINE)
        expect(await failureOf(client, 1)).toBe(broken)
        expect(client.counts.requests).toBe(1)
        expect(client.counts.errorsOf("PortError")).toBe(1)
        await client.read(1, POLL)
        expect(port.opens).toBe(2)
    })

    test("keeps 3.5 characters of silence between frames", async () => {
        const port = new ScriptedPort().expect(readPoll, pollReply).expect(readPollOf2, pollReplyOf2)
        const client = new ModbusClient(port, { baud: 1200, stopBits: 2 })
        await client.read(1, POLL)
        await client.read(2, POLL)
        // 3.5 characters of 11 bits at 1200 bit/s are 32.1 ms
        expect(port.begins[1] - port.ends[0] >= 33).toBe(true)
    })

    test("extends the timeout by the duration of the reply", async () => {
        const port = new ScriptedPort().expect(readPoll, pollReply)
        await new ModbusClient(port, { baud: 1200, stopBits: 2 }).read(1, POLL)
        // 170 ms plus 25 characters of 11 bits
        expect(port.timeouts[0]).toBe(170 + 230)
    })

    test("runs concurrent reads one at a time and returns each its own data", async () => {
        const port = new ScriptedPort()
            .expect(readPoll, pollReplyAfterReset)
            .expect(readPollOf2, pollReplyOf2)
            .expect(readPoll, pollReply)
        const client = new ModbusClient(port, LINE)
        const results: string[] = []
        const read = async (address: number) => {
            const data = await client.read(address, POLL)
            results.push(address + " " + data.toString("hex"))
        }
        read.start(1)
        read.start(2)
        read.start(1)
        await ds.sleep(100)
        expect(results.join(", ")).toBe("1 " + DATA_AFTER_RESET + ", 2 " + DATA + ", 1 " + DATA)
        port.finish()
    })
})
