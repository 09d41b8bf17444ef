import { describe, expect, test } from "@devicescript/test"
import { Inputs } from "../../../src/actors/uplink/inputs"
import { Before } from "../../../src/device/restarts"
import type { InputSet } from "../../../src/emoncms/inputs"
import type { Meter, Reading } from "../../../src/line/meters/profile"
import { noLosses } from "../../../src/queue/backlog"
import { Ending } from "../../../src/queue/codec/checkpoint"
import { openQueue } from "../../../src/queue/reading-queue"
import { MemorySlots } from "../device/memory-slots"
import { field, profileOf } from "../profiles"
import { PERIOD_MS } from "./readings"

/* Readings wait while another program with other meters is deployed. Each reading's value identifies its meter. */

const NOON = 1795348800000
const READINGS = 30

const one = profileOf("one", [field("power", "W", 0)])
const two = profileOf("twice", [field("power", "W", 0), field("more", "W", 0)])
const A: Meter = { name: "a", profile: one, address: 1 }
const B: Meter = { name: "b", profile: one, address: 2 }
const C: Meter = { name: "c", profile: two, address: 3 }

function renamed(meter: Meter, name: string): Meter {
    return { name, profile: meter.profile, address: meter.address }
}

function at(address: number, meter: Meter): Meter {
    return { name: meter.name, profile: meter.profile, address }
}

/** The inputs of each meter in EmonCMS. */
function inputsFor(meters: Meter[]): Inputs {
    const sets = meters.map(
        (meter): InputSet =>
            meter.profile === one
                ? { names: ["power"], scales: hex`00` }
                : { names: ["power", "more"], scales: hex`0000` },
    )
    return new Inputs(meters, sets)
}

function readingOf(meters: Meter[], number: number): Reading {
    const meter = meters[number % meters.length]
    // the thousands are the first letter of the meter's name
    const values = [1000 * meter.name.charCodeAt(0) + number]
    if (meter.profile === two) values.push(number)
    return { meter, at: Math.floor(number / meters.length + 1) * PERIOD_MS, values }
}

/** What arrives when one program takes readings and another one delivers them, as `input letter count`. */
async function deliver(taken: Meter[], then: Meter[]): Promise<string> {
    const store = new MemorySlots(20, 96, false)
    const options = {
        meters: taken,
        pollMs: PERIOD_MS,
        heapBlocks: 4,
        blockBytes: 96,
        store,
        losses: noLosses(),
    }
    const before = await openQueue(options, 1000, Before.Unknown)
    before.wallOffset = NOON
    for (let i = 0; i < READINGS * taken.length; i++) await before.append(readingOf(taken, i))
    await before.save(Ending.Program, 9999 * PERIOD_MS)

    const losses = noLosses()
    const after = await openQueue(
        { meters: then, pollMs: PERIOD_MS, heapBlocks: 4, blockBytes: 96, store, losses },
        1000,
        Before.Unknown,
    )
    const inputs = inputsFor(then)
    const names: string[] = []
    const counts: number[] = []
    while (after.length > 0) {
        const batch = await after.peek()
        if (!batch) continue
        while (batch.reading) {
            const { meter, values } = batch.reading
            const letter = String.fromCharCode(Math.floor(values[0] / 1000))
            const name = inputs.name(inputs.numberOf(meter), 0) + " " + letter
            let i = names.indexOf(name)
            if (i < 0) i = counts.push(0) - 1
            if (names.length < counts.length) names.push(name)
            counts[i]++
            batch.next()
        }
        await after.acknowledge(batch.end)
    }
    expect(then.length < 4).toBe(true)
    const parts = names.map((name, i) => name + " " + counts[i])
    if (losses.orphaned > 0) parts.push("orphaned " + losses.orphaned)
    if (losses.damaged > 0) parts.push("damaged " + losses.damaged)
    return parts.join(", ")
}

describe("a queue whose meters change", () => {
    test("delivers all readings when the meters stay the same", async () => {
        expect(await deliver([A], [A])).toBe("power a 30")
        expect(await deliver([A, B], [A, B])).toBe("a_power a 30, b_power b 30")
        expect(await deliver([A, B, C], [A, B, C])).toBe("a_power a 30, b_power b 30, c_power c 30")
    })

    test("keeps all input names when a meter is removed", async () => {
        expect(await deliver([A, B], [A])).toBe("a_power a 30, b_power b 30")
        expect(await deliver([A, B], [B])).toBe("a_power a 30, b_power b 30")
    })

    test("keeps the input names of earlier readings when a meter is added", async () => {
        expect(await deliver([A], [A, B])).toBe("power a 30")
        expect(await deliver([A, B], [A, B, C])).toBe("a_power a 30, b_power b 30")
    })

    test("keeps the old input names when a meter is renamed", async () => {
        expect(await deliver([A], [renamed(A, "z")])).toBe("power a 30")
        expect(await deliver([A, B], [renamed(A, "z"), B])).toBe("a_power a 30, b_power b 30")
    })

    test("keeps the input names when addresses are swapped or changed", async () => {
        expect(await deliver([A, B], [at(2, A), at(1, B)])).toBe("a_power a 30, b_power b 30")
        expect(await deliver([A, B], [at(7, A), at(8, B)])).toBe("a_power a 30, b_power b 30")
    })

    test("keeps the old input names when two meters swap names", async () => {
        expect(await deliver([A, B], [renamed(A, "b"), renamed(B, "a")])).toBe("a_power a 30, b_power b 30")
    })

    test("counts the readings of a replaced model as orphaned", async () => {
        expect(await deliver([A], [{ name: "a", profile: two, address: 1 }])).toBe("orphaned 30")
        expect(await deliver([A, B], [C])).toBe("orphaned 60")
    })

    test("counts what follows a removed model in a block as orphaned", async () => {
        const told = await deliver([A, C], [A])
        const counts = told.split(", ").map(part => parseInt(part.slice(part.lastIndexOf(" ") + 1)))
        expect(told).toBe("a_power a " + counts[0] + ", orphaned " + counts[1])
        expect(counts[0] > 0).toBe(true)
        expect(counts[0] + counts[1]).toBe(60)
    })
})
