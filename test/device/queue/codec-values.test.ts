import { describe, expect, test } from "@devicescript/test"
import { pzem016 } from "../../../src/generated/models/pzem-016"
import { pzem017 } from "../../../src/generated/models/pzem-017"
import { sdm230 } from "../../../src/generated/models/sdm230"
import type { Meter, Reading } from "../../../src/line/meters/profile"
import { Xorshift } from "../line/meters/xorshift"
import { decode, encode, HEADER, textOf } from "./codec"
import { counter } from "./readings"

const ac: Meter = { name: "ac", profile: pzem016, address: 1 }
const dc: Meter = { name: "dc", profile: pzem017, address: 2 }
const sdm: Meter = { name: "sdm", profile: sdm230, address: 3 }
const meters = [ac, dc, sdm, counter]

const MOST = 4294967295
const LEAST = -2147483648

async function expectSame(readings: Reading[], header = HEADER, tolerance = 0) {
    const { block, count } = await encode(readings, meters, header, tolerance)
    expect(count).toBe(readings.length)
    expect(textOf(await decode(block, count, meters))).toBe(textOf(readings))
}

function fieldNames(meter: Meter): string[] {
    return meter.profile.labels().filter((_, i) => i % 2 === 0)
}

function allFields(meter: Meter, value: number): number[] {
    return fieldNames(meter).map(() => value)
}

/** @param wild of 20 values, how many are unknown and how many arbitrary; with 3 the others are negative */
function randomValues(meter: Meter, random: Xorshift, wild: number): number[] {
    return fieldNames(meter).map(() => {
        if (random.below(20) < wild) return undefined
        if (random.below(20) < wild) return random.next()
        return random.below(2) * 3000 + random.below(10) - (wild === 3 ? 5000 : 0)
    })
}

describe("a block preserves", () => {
    test("extreme values", async () => {
        await expectSame([
            { meter: ac, at: 0, values: [0, 0, 0, 0, 0, 0, 0] },
            { meter: ac, at: 1000, values: [65535, MOST, MOST, MOST, 65535, 65535, 65535] },
            { meter: ac, at: 2000, values: [0, 0, 0, 0, 0, 0, 0] },
            { meter: sdm, at: 2000, values: [LEAST, MOST, LEAST, MOST, LEAST, LEAST, MOST, MOST, LEAST] },
            { meter: sdm, at: 3000, values: [MOST, LEAST, MOST, LEAST, MOST, MOST, LEAST, LEAST, MOST] },
        ])
    })

    test("power that flows back", async () => {
        await expectSame([
            { meter: sdm, at: 0, values: [2301, 5000, 11500, 11505, 300, 999, 5000, 123456, 1000] },
            { meter: sdm, at: 1000, values: [2302, 5100, -11700, 11740, -310, -997, 5001, 123456, 1003] },
            { meter: sdm, at: 2000, values: [2300, 4900, -11250, 11270, 290, -998, 4999, 123456, 1006] },
        ])
    })

    test("a load that switches on and off", async () => {
        await expectSame([
            { meter: ac, at: 0, values: [2301, 0, 0, 7, 500, 0, 0] },
            { meter: ac, at: 1000, values: [2302, 0, 0, 7, 500, 0, 0] },
            { meter: ac, at: 2000, values: [2290, 8000, 18000, 8, 500, 98, 0] },
            { meter: ac, at: 3000, values: [2302, 0, 0, 13, 500, 0, 0] },
        ])
    })

    test("an energy register that resets or overflows", async () => {
        await expectSame([
            { meter: ac, at: 0, values: [2301, 8000, 18000, 9999998, 500, 98, 0] },
            { meter: ac, at: 1000, values: [2301, 8001, 18002, 9999999, 500, 98, 0] },
            { meter: ac, at: 2000, values: [2301, 8002, 18004, 3, 500, 98, 0] },
            { meter: ac, at: 3000, values: [2301, 8000, 18000, 8, 500, 98, 0] },
        ])
    })

    test("unknown fields, some or all, temporarily or from the start", async () => {
        await expectSame([
            { meter: dc, at: 0, values: [undefined, undefined, 13, 2, 0, 0] },
            { meter: dc, at: 1000, values: [1344, undefined, 13, undefined, 0, 0] },
            {
                meter: dc,
                at: 2000,
                values: [undefined, undefined, undefined, undefined, undefined, undefined],
            },
            { meter: dc, at: 3000, values: [1343, 10, undefined, 3, 0, 65535] },
            { meter: dc, at: 4000, values: [1344, 10, 13, 3, 0, 65535] },
        ])
    })

    test("times that jump, repeat or go back", async () => {
        await expectSame(
            [0, 1000, 1000, 500, 86400000, 86401000, 4294967295, 3].map(at => {
                return { meter: counter, at, values: [1, 2] }
            }),
        )
    })

    test("slightly irregular times to within the tolerance, without adding up errors", async () => {
        const readings: Reading[] = []
        for (let i = 0; i < 50; i++) readings.push({ meter: counter, at: 1000 * i + i * 3, values: [i, 7] })
        const { block, count } = await encode(readings, meters, HEADER, 50)
        expect(count).toBe(50)
        const decoded = await decode(block, count, meters)
        for (let i = 0; i < 50; i++) expect(Math.abs(decoded[i].at - readings[i].at) <= 50).toBe(true)
        expect(decoded[1].at).toBe(1000)
    })

    test("meters in turn and out of turn", async () => {
        const readings: Reading[] = []
        for (let i = 0; i < 24; i++) {
            const meter = i === 10 || i === 17 ? sdm : i % 2 === 0 ? ac : counter
            readings.push({ meter, at: i * 500, values: allFields(meter, 100 + i) })
        }
        await expectSame(readings)
    })

    test("random readings", async () => {
        const random = new Xorshift()
        for (let round = 0; round < 150; round++) {
            const readings: Reading[] = []
            const wild = random.below(4)
            let at = random.below(1000000)
            const header = { ...HEADER, at, wallOffset: 1700000000000 + random.next(), first: random.next() }
            for (let i = 0; i < 4; i++) {
                const meter = meters[random.below(4)]
                const values = randomValues(meter, random, wild)
                readings.push({ meter, at, values })
                at = at + (random.below(4) === 0 ? random.below(100000) : 1000)
            }
            const { block, count } = await encode(readings, meters, header, 0)
            const expected = readings.slice(0, count)
            expect(count > 0).toBe(true)
            expect(textOf(await decode(block, count, meters))).toBe(textOf(expected))
        }
    })
})
