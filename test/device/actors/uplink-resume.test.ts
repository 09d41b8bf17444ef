import { describe, expect, test } from "@devicescript/test"
import { rowsStored, type SentBatch } from "../../../src/actors/uplink/resume"

/** Rows of the inputs in turn, two to a slot of 10 s, from 1000 on. */
function batch(inputs: string[], count: number, until = 0): SentBatch {
    const keys: string[] = []
    const times: number[] = []
    for (let i = 0; i < count; i++) {
        keys.push(inputs[i % inputs.length])
        times.push(1000 + 10 * Math.floor(i / inputs.length))
    }
    return { end: count, keys, times, absolute: true, stored: -1, settled: false, until }
}

describe("rows that are stored", () => {
    test("are those up to the time that the server names", async () => {
        expect(await rowsStored(batch(["pump"], 5), async () => 1020)).toBe(3)
        expect(await rowsStored(batch(["pump"], 5), async () => 1040)).toBe(5)
    })

    test("are none when the server knows no time, or an earlier one", async () => {
        expect(await rowsStored(batch(["pump"], 5), async () => null)).toBe(0)
        expect(await rowsStored(batch(["pump"], 5), async () => 990)).toBe(0)
    })

    test("are none when the time was never sent: somebody's clock was wrong once", async () => {
        expect(await rowsStored(batch(["pump"], 5), async () => 4102444800)).toBe(0)
        expect(await rowsStored(batch(["pump"], 5), async () => 1025)).toBe(0)
    })

    test("are told by the meter that came furthest", async () => {
        const sent = batch(["pump", "oven"], 8)
        const asked: string[] = []
        const stored = await rowsStored(sent, async input => {
            asked.push(input)
            return input === "pump" ? 1020 : 1010
        })
        expect(stored).toBe(5)
        expect(asked.join()).toBe("oven,pump")
    })

    test("are known after one question when all are stored", async () => {
        let questions = 0
        const stored = await rowsStored(batch(["pump", "oven"], 8), async () => {
            questions++
            return 1030
        })
        expect(stored).toBe(8)
        expect(questions).toBe(1)
    })

    test("of readings found after a restart are all that are not younger than what the server has", async () => {
        expect(await rowsStored(batch(["pump"], 5, 2000), async () => 1025)).toBe(3)
        expect(await rowsStored(batch(["pump"], 5, 2000), async () => 1500)).toBe(5)
        expect(await rowsStored(batch(["pump"], 5, 2000), async () => null)).toBe(0)
        // no time of this world
        expect(await rowsStored(batch(["pump"], 5, 2000), async () => 4102444800)).toBe(0)
    })
})
