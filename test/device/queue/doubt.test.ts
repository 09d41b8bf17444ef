import { describe, expect, test } from "@devicescript/test"
import { Inputs } from "../../../src/actors/uplink/inputs"
import type { Meter } from "../../../src/line/meters/profile"
import { Doubt, rowsStored } from "../../../src/queue/doubt"

/** Length of a slot, in seconds. */
const INTERVAL = 10

/** Rows from time 1000 on. The meters take turns, each with one input and one row per slot. */
function batch(names: string[], count: number, until = 0): Doubt {
    const meters: Meter[] = names.map((name, i) => ({ name, profile: undefined, address: i + 1 }))
    const inputs = new Inputs(
        meters,
        names.map(() => ({ names: ["power"], scales: hex`01` })),
    )
    const sent = new Doubt(inputs, count)
    sent.begin(true)
    for (let i = 0; i < count; i++)
        sent.add(i % names.length, [5], 1000 + INTERVAL * Math.floor(i / names.length))
    sent.until = until
    return sent
}

describe("stored rows", () => {
    test("are those up to the server's last time", async () => {
        expect(await rowsStored(batch(["pump"], 5), async () => 1020, INTERVAL)).toBe(3)
        expect(await rowsStored(batch(["pump"], 5), async () => 1040, INTERVAL)).toBe(5)
    })

    test("are none when the server has no time or an earlier one", async () => {
        expect(await rowsStored(batch(["pump"], 5), async () => null, INTERVAL)).toBe(0)
        expect(await rowsStored(batch(["pump"], 5), async () => 990, INTERVAL)).toBe(0)
    })

    test("are none when the server's last time was never sent", async () => {
        expect(await rowsStored(batch(["pump"], 5), async () => 4102444800, INTERVAL)).toBe(0)
        expect(await rowsStored(batch(["pump"], 5), async () => 1025, INTERVAL)).toBe(0)
    })

    test("are determined by the meter with the latest stored row", async () => {
        const sent = batch(["pump", "oven"], 8)
        const asked: string[] = []
        const stored = await rowsStored(
            sent,
            async input => {
                asked.push(input)
                return input === "pump_power" ? 1020 : 1010
            },
            INTERVAL,
        )
        expect(stored).toBe(5)
        expect(asked.join()).toBe("oven_power,pump_power")
    })

    test("need only one query when all are stored", async () => {
        let questions = 0
        const stored = await rowsStored(
            batch(["pump", "oven"], 8),
            async () => {
                questions++
                return 1030
            },
            INTERVAL,
        )
        expect(stored).toBe(8)
        expect(questions).toBe(1)
    })

    test("after a restart are all rows no later than the server's last time", async () => {
        const found = async (time: number | null) =>
            await rowsStored(batch(["pump"], 5, 2000), async () => time, INTERVAL)
        expect(await found(1020)).toBe(3)
        expect(await found(1500)).toBe(5)
        expect(await found(null)).toBe(0)
    })

    test("after a restart are none when this program cannot have sent the time", async () => {
        const found = async (time: number) =>
            await rowsStored(batch(["pump"], 5, 2000), async () => time, INTERVAL)
        expect(await found(1025)).toBe(0)
        expect(await found(1503)).toBe(0)
        // 1 January 2100
        expect(await found(4102444800)).toBe(0)
    })

    test("are only presumed when the server knows just a later time", async () => {
        const presumed = async (names: string[], times: (number | null)[]) => {
            const sent = batch(names, 6, 2000)
            await rowsStored(
                sent,
                async input => times[names.length > 1 && input === "oven_power" ? 1 : 0],
                INTERVAL,
            )
            return sent.presumed
        }
        expect(await presumed(["pump"], [1020])).toBe(0)
        expect(await presumed(["pump"], [1050])).toBe(0)
        expect(await presumed(["pump"], [1060])).toBe(6)
        expect(await presumed(["pump"], [null])).toBe(0)
        // rows 0 to 3 are proven by the oven's time, and row 4 is presumed
        expect(await presumed(["pump", "oven"], [1500, 1010])).toBe(1)
    })
})

test("the server is asked for an input that the row contains", () => {
    const sent = new Doubt(
        new Inputs(
            [{ name: "heatpump", address: 1, profile: undefined }],
            [{ names: ["voltage", "power"], scales: hex`00 00` }],
        ),
        1,
    )
    sent.begin(true)
    sent.add(0, [undefined, 1], 4102444800)
    expect(sent.keyOf(0)).toBe("power")
    expect(sent.timeOf(0)).toBe(4102444800)
})
