import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import type { Meter, Reading } from "../../../src/line/meters/profile"
import { COUNT_AT, checkSeal, endOf, headerOf } from "../../../src/queue/codec/block"
import { BlockCoder } from "../../../src/queue/codec/coder"
import { thin as thinBlocks } from "../../../src/queue/thinning"
import { field, profileOf } from "../profiles"
import { decode } from "./codec"
import { PERIOD_MS } from "./readings"

const fields = [
    field("voltage", "V", 1),
    field("current", "A", 3),
    field("power", "W", 1),
    field("energy", "kWh", 3),
]
const heatPump: Meter = { name: "a", profile: profileOf("m", fields), address: 1 }
const boiler: Meter = { name: "b", profile: heatPump.profile, address: 2 }
const meters = [heatPump, boiler]

/** A reading after `period` periods, with the energy register at `energy` Wh. */
function reading(meter: Meter, period: number, energy: number): Reading {
    return { meter, at: period * PERIOD_MS, values: [2300 + (period % 7), 4000, 9200, energy] }
}

async function blockOf(readings: Reading[], first: number, level = 0): Promise<Buffer> {
    const header = {
        boot: 0,
        first,
        level,
        span: level > 0 ? readings.length << level : 0,
        wallOffset: undefined as number,
        at: readings[0].at,
        period: PERIOD_MS << level,
    }
    const encoder = new BlockCoder(meters, Buffer.alloc(224), header)
    for (const it of readings) {
        expect(encoder.append(it)).toBe(true)
        await ds.sleep(1)
    }
    encoder.seal()
    return encoder.block
}

async function thin(older: Buffer, younger: Buffer): Promise<Buffer> {
    const block = await thinBlocks(meters, [older, younger], Buffer.alloc(224))
    checkSeal(block)
    return block
}

async function periods(block: Buffer, meter: Meter): Promise<string> {
    const readings = await decode(block, block[COUNT_AT], meters)
    return readings
        .filter(r => r.meter === meter)
        .map(r => "" + r.at / PERIOD_MS)
        .join(" ")
}

describe("downsampling", () => {
    test("drops every second reading and keeps the block's number range", async () => {
        const older: Reading[] = []
        const younger: Reading[] = []
        for (let i = 0; i < 8; i++) older.push(reading(heatPump, i, 100 + i * 15))
        for (let i = 8; i < 16; i++) younger.push(reading(heatPump, i, 100 + i * 15))
        const block = await thin(await blockOf(older, 1000), await blockOf(younger, 1008))
        // the last reading stays because its successor is unknown
        expect(await periods(block, heatPump)).toBe("0 2 4 6 8 10 12 14 15")
        const { first, level, period } = headerOf(block)
        expect(first).toBe(1000)
        expect(endOf(block)).toBe(1016)
        expect(level).toBe(1)
        expect(period).toBe(2 * PERIOD_MS)
    })

    test("stays on the same grid when repeated", async () => {
        const blocks: Buffer[] = []
        for (let k = 0; k < 4; k++) {
            const readings: Reading[] = []
            for (let i = 0; i < 8; i++) readings.push(reading(heatPump, k * 8 + i, (k * 8 + i) * 15))
            blocks.push(await blockOf(readings, k * 8))
        }
        const block = await thin(await thin(blocks[0], blocks[1]), await thin(blocks[2], blocks[3]))
        expect(await periods(block, heatPump)).toBe("0 4 8 12 16 20 24 28 31")
        expect(headerOf(block).level).toBe(2)
        expect(endOf(block)).toBe(32)
    })

    test("brings a finer block to the level of a coarser one", async () => {
        const older: Reading[] = []
        const younger: Reading[] = []
        for (let i = 0; i < 8; i++) older.push(reading(heatPump, i * 4, i * 60))
        for (let i = 32; i < 48; i++) younger.push(reading(heatPump, i, i * 15))
        const block = await thin(await blockOf(older, 0, 2), await blockOf(younger, 32))
        expect(await periods(block, heatPump)).toBe("0 8 16 24 32 40 47")
        expect(headerOf(block).level).toBe(3)
    })

    test("handles each meter separately", async () => {
        const older: Reading[] = []
        const younger: Reading[] = []
        for (let i = 0; i < 6; i++) {
            older.push(reading(heatPump, i, i))
            older.push(reading(boiler, i, 50))
            younger.push(reading(heatPump, i + 6, i + 6))
        }
        const block = await thin(await blockOf(older, 0), await blockOf(younger, 12))
        expect(await periods(block, heatPump)).toBe("0 2 4 6 8 10 11")
        expect(await periods(block, boiler)).toBe("0 2 4 5")
    })

    test("keeps readings on both sides of a gap", async () => {
        const at = [0, 1, 2, 3, 9, 10, 11, 12]
        const older = at.map(period => reading(heatPump, period, 7))
        const younger = [20, 21, 22, 23].map(period => reading(heatPump, period, 7))
        const block = await thin(await blockOf(older, 0), await blockOf(younger, 8))
        expect(await periods(block, heatPump)).toBe("0 2 3 9 10 12 20 22 23")
    })

    test("keeps the readings just before and after an energy reset", async () => {
        const older: Reading[] = []
        const younger: Reading[] = []
        for (let i = 0; i < 6; i++) older.push(reading(heatPump, i, i < 4 ? 1000 + i : i))
        for (let i = 6; i < 12; i++) younger.push(reading(heatPump, i, i < 9 ? i : i - 9))
        const block = await thin(await blockOf(older, 0), await blockOf(younger, 6))
        const readings = await decode(block, block[COUNT_AT], meters)
        expect(readings.map(r => "" + r.values[3]).join(" ")).toBe("1000 1002 1003 4 6 8 0 1 2")
    })

    test("makes one block even when every reading borders on a gap", async () => {
        const older: Reading[] = []
        const younger: Reading[] = []
        for (let i = 0; i < 12; i++) {
            const wild = (i * 40503) & 0xffff
            older.push({ meter: heatPump, at: i * 10 * PERIOD_MS, values: [wild, wild * 7, wild * 5, 7] })
            younger.push({
                meter: heatPump,
                at: (i + 12) * 10 * PERIOD_MS,
                values: [wild, wild * 3, wild, 7],
            })
        }
        const block = await thin(await blockOf(older, 0), await blockOf(younger, 12))
        expect(block[COUNT_AT] >= 5 && block[COUNT_AT] < 24).toBe(true)
        expect(endOf(block)).toBe(24)
        const readings = await decode(block, block[COUNT_AT], meters)
        expect(readings[0].at).toBe(0)
    })
})
