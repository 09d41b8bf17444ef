import { describe, expect, test } from "@devicescript/test"
import { pzem016 } from "../../../src/generated/models/pzem-016"
import type { Meter, Reading } from "../../../src/line/meters/profile"
import { captures } from "../line/meters/captures"
import { decode, encode, HEADER, textOf, usedBytes } from "./codec"

const heatPump: Meter = { name: "a", profile: pzem016, address: 1 }
const other: Meter = { name: "b", profile: pzem016, address: 2 }

/** Times of receipt in the captures, in s: the first 21 since 16:43:29; those of the other meter begin at 17:11:20. */
const SECONDS = [0, 1, 2, 3, 4, 5, 6, 251, 252, 253, 254, 255, 256, 257, 258, 259, 260, 261, 262, 269, 270]
const OTHER_METER_AT = 1671

function readings(second: Meter): Reading[] {
    return captures.map((capture, i) => {
        const isFirst = i < SECONDS.length
        const seconds = isFirst ? SECONDS[i] : OTHER_METER_AT + i - SECONDS.length
        return { meter: isFirst ? heatPump : second, at: 5000 + seconds * 1000, values: capture.values }
    })
}

describe("captures of real meters", () => {
    test("survive encoding in one block", async () => {
        const all = readings(heatPump)
        const { block, count } = await encode(all, [heatPump], { ...HEADER, at: 5000 })
        expect(count).toBe(33)
        expect(textOf(await decode(block, count, [heatPump]))).toBe(textOf(all))
    })

    test("take at most 3.5 bytes each, including the block's overhead", async () => {
        const { block } = await encode(readings(heatPump), [heatPump], { ...HEADER, at: 5000 })
        expect(usedBytes(block) <= 33 * 3.5).toBe(true)
    })

    test("survive encoding when they come from two meters", async () => {
        const all = readings(other)
        const { block, count } = await encode(all, [heatPump, other], { ...HEADER, at: 5000 })
        expect(count).toBe(33)
        expect(textOf(await decode(block, count, [heatPump, other]))).toBe(textOf(all))
    })
})
