import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import type { Meter } from "../../../src/line/meters/profile"
import {
    BlockError,
    type BlockHeader,
    BOOT_AT,
    COUNT_AT,
    checkSeal,
    endOf,
    headerOf,
    LEVEL_AT,
} from "../../../src/queue/codec/block"
import { BlockCoder } from "../../../src/queue/codec/coder"
import { crc24 } from "../../../src/queue/codec/crc24"
import { UnknownModelError } from "../../../src/queue/codec/identity"
import { decode, encode, textOf } from "./codec"
import { counter, numbered, PERIOD_MS } from "./readings"

const HEADER: BlockHeader = {
    boot: 3,
    first: 1000,
    level: 0,
    span: 0,
    wallOffset: undefined,
    at: 0,
    period: PERIOD_MS,
}

function lowestFirst(checksum: number): Buffer {
    return Buffer.from([checksum & 0xff, (checksum >> 8) & 0xff, checksum >> 16])
}

async function failure(action: () => Promise<void>): Promise<BlockError> {
    try {
        await action()
    } catch (e) {
        if (e instanceof BlockError) return e
        throw e
    }
    return undefined
}

async function unknownMeter(block: Buffer, meter: Meter): Promise<BlockError> {
    return await failure(async () => {
        await decode(block, 1, [meter])
    })
}

describe("block", () => {
    test("uses CRC-24/OpenPGP as its checksum", () => {
        // the check value of the catalog of parametrized CRC algorithms
        expect(crc24(Buffer.from("123456789"), 0, 9)).toBe(0x21cf02)
    })

    test("preserves its header", async () => {
        const header = {
            level: 11,
            span: 70000,
            boot: 213,
            first: 4000000000,
            wallOffset: 1795305600128,
            at: 4294967295,
            period: 10240000,
        }
        const { block } = await encode([{ ...numbered(1), at: 4294967295 }], [counter], header)
        expect(JSON.stringify(headerOf(block))).toBe(JSON.stringify(header))
        expect(block[BOOT_AT]).toBe(213)
        expect(block[LEVEL_AT]).toBe(11)
        expect(block[COUNT_AT]).toBe(1)
        expect(endOf(block)).toBe(4000070000)
    })

    test("has no wall-clock time in its header when the clock is unknown", async () => {
        expect(headerOf((await encode([numbered(1)], [counter], HEADER)).block).wallOffset).toBe(undefined)
    })

    test("accepts no reading when full and keeps those it has", async () => {
        const encoder = new BlockCoder([counter], Buffer.alloc(96), HEADER, 0)
        let count = 0
        while (encoder.append(numbered(count))) {
            count++
            await ds.sleep(1)
        }
        expect(count > 15).toBe(true)
        encoder.seal()
        checkSeal(encoder.block)
        expect(encoder.block[COUNT_AT]).toBe(count)
        const expected: string[] = []
        for (let i = 0; i < count; i++) expected.push(textOf([numbered(i)]))
        expect(textOf(await decode(encoder.block, count, [counter]))).toBe(expected.join(" "))
    })

    test("holds at most 255 readings", async () => {
        const encoder = new BlockCoder([counter], Buffer.alloc(224), HEADER, 0)
        let count = 0
        while (encoder.append({ meter: counter, at: count * PERIOD_MS, values: [5, 5] })) {
            count++
            await ds.sleep(1)
        }
        expect(count).toBe(255)
        checkSeal(encoder.seal())
        expect(encoder.block[COUNT_AT]).toBe(255)
    })

    test("is valid after each seal and can still be filled", async () => {
        const known = [counter]
        const encoder = new BlockCoder(known, Buffer.alloc(224), HEADER)
        for (let i = 0; i < 30; i++) {
            expect(encoder.append(numbered(i))).toBe(true)
            encoder.seal()
            checkSeal(encoder.block)
            const read = await decode(encoder.block.slice(0, 224), i + 1, [counter])
            expect(textOf([read[i]])).toBe(textOf([numbered(i)]))
        }
    })

    test("detects any flipped bit", async () => {
        const { block } = await encode([numbered(1), numbered(2), numbered(3)], [counter], HEADER)
        for (let bit = 0; bit < block.length * 8; bit++) {
            const mask = 1 << (bit & 7)
            block[bit >> 3] = block[bit >> 3] ^ mask
            expect((await failure(async () => checkSeal(block))) instanceof BlockError).toBe(true)
            block[bit >> 3] = block[bit >> 3] ^ mask
            await ds.sleep(1)
        }
        checkSeal(block)
    })

    test("is damaged if it was never written", async () => {
        expect((await failure(async () => checkSeal(Buffer.alloc(224)))) instanceof BlockError).toBe(true)
        const ones = Buffer.alloc(224)
        ones.fillAt(0, 224, 255)
        expect((await failure(async () => checkSeal(ones))) instanceof BlockError).toBe(true)
    })

    test("is damaged if it is of another version", async () => {
        const { block } = await encode([numbered(1)], [counter], HEADER)
        const crc = crc24(block, 3, block.length)
        expect(block.slice(0, 3).toString("hex")).toBe(lowestFirst(crc ^ 3).toString("hex"))
        block.blitAt(0, lowestFirst(crc ^ 1), 0, 3)
        expect((await failure(async () => checkSeal(block))) instanceof BlockError).toBe(true)
    })

    test("reports an unknown model and ignores the address", async () => {
        const { block } = await encode([numbered(1)], [counter], HEADER)
        const swapped = { ...counter, profile: { ...counter.profile, mark: 99 } }
        expect((await unknownMeter(block, swapped)) instanceof UnknownModelError).toBe(true)
        const moved = { ...counter, address: 9 }
        const readings = await decode(block, 1, [moved])
        expect(readings[0].meter).toBe(moved)
    })

    test("is damaged if its readings continue past its end", async () => {
        const { block } = await encode([numbered(1), numbered(2)], [counter], HEADER)
        const error = await failure(async () => {
            await decode(block.slice(0, 20), 2, [counter])
        })
        expect(error instanceof BlockError).toBe(true)
    })
})
