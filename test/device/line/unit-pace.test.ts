import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { ModbusClient } from "../../../src/line/modbus-client"
import { Attempts, LATENCY_MS, LONGEST_LATENCY_MS, UnitPace } from "../../../src/line/unit-pace"
import { pollReply, readPoll } from "./frames"
import { ScriptedPort } from "./scripted-port"

const OTHER_SHAPE = hex`01 03 00 00 00 02 C4 0B`

/** The rest that `pace` gives a request of another shape, in ms, after one request that got lost `gapMs` after an answer. */
async function restAfterLoss(pace: UnitPace, gapMs: number): Promise<number> {
    pace.answered(30, false, LONGEST_LATENCY_MS)
    await ds.sleep(gapMs)
    pace.missed(readPoll, ds.millis())
    pace.answered(30, false, LONGEST_LATENCY_MS)
    return pace.restBefore(OTHER_SHAPE)
}

describe("pace of a unit", () => {
    test("adds a rest after a request lost soon after a reply, and extends it up to 250 ms", async () => {
        const pace = new UnitPace(1, LATENCY_MS, 0)
        expect(await restAfterLoss(pace, 5)).toBe(60)
        expect(await restAfterLoss(pace, 80)).toBe(160)
        expect(await restAfterLoss(pace, 170)).toBe(250)
        expect(await restAfterLoss(pace, 260)).toBe(250)
    })

    test("never shortens a configured rest", async () => {
        for (const configured of [251, 400, 1000]) {
            const pace = new UnitPace(1, LATENCY_MS, configured)
            for (const gap of [configured, configured + 50, configured + 120])
                expect(await restAfterLoss(pace, gap)).toBe(configured)
        }
    })

    test("waits longer after a late reply, but not less after an early one", () => {
        const pace = new UnitPace(1, LATENCY_MS, 0)
        pace.answered(300, false, LONGEST_LATENCY_MS)
        expect(pace.latencyMs).toBe(400)
        pace.answered(20, false, LONGEST_LATENCY_MS)
        expect(pace.latencyMs).toBe(400)
    })

    test("waits the maximum once after a reply to a retry, then adapts to the meter", () => {
        const pace = new UnitPace(1, LATENCY_MS, 0)
        pace.answered(600, true, LONGEST_LATENCY_MS)
        expect(pace.latencyMs).toBe(LONGEST_LATENCY_MS)
        pace.answered(210, false, LONGEST_LATENCY_MS)
        expect(pace.latencyMs).toBe(280)
    })

    test("never shortens a configured wait", () => {
        for (const configured of [400, LONGEST_LATENCY_MS, 2000]) {
            const longest = Math.max(configured, LONGEST_LATENCY_MS)
            const pace = new UnitPace(1, configured, 0)
            pace.answered(30, false, longest)
            expect(pace.latencyMs).toBe(configured)
            pace.answered(configured + 1, true, longest)
            pace.answered(30, false, longest)
            expect(pace.latencyMs).toBe(configured)
        }
    })

    test("waits at least the configured time for an unhurried request", async () => {
        const port = new ScriptedPort().expect(readPoll, pollReply)
        const client = new ModbusClient(port, { baud: 9600, stopBits: 1, timeoutMs: 2000 })
        await client.read(1, { functionCode: 4, start: 0, count: 10 }, Attempts.Unhurried)
        expect(port.timeouts[0]).toBe(2027)
    })
})
