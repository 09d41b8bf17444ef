import * as ds from "@devicescript/core"
import { beforeEach, describe, expect, test } from "@devicescript/test"
import { Repeats } from "../../../src/device/repeats"
import { Xorshift } from "../line/meters/xorshift"

const HOUR = 3600000
const WARN = 3
const ERROR = 4

let told: string[] = []
let counted = 0

function make(): Repeats {
    return new Repeats(({ source, kind, times, since }, now) => {
        told.push(source + " " + kind + " " + times + " in " + (now - since))
        counted = counted + times
    })
}

describe("repeats", () => {
    beforeEach(() => {
        told = []
        counted = 0
    })

    test("counts repeats for an hour, then reports the count and starts over", () => {
        const repeats = make()
        expect(repeats.isRepeat(WARN, "heatpump", "no answer", 0)).toBe(false)
        for (let i = 1; i <= 360; i++) {
            repeats.settle(i * 10000 - 1)
            expect(repeats.isRepeat(WARN, "heatpump", "no answer", i * 10000)).toBe(true)
        }
        expect(told.length).toBe(0)
        repeats.settle(HOUR)
        expect(told.join("; ")).toBe("heatpump no answer 360 in 3600000")
        repeats.settle(2 * HOUR)
        expect(told.length).toBe(1)
        expect(repeats.isRepeat(WARN, "heatpump", "no answer", 2 * HOUR)).toBe(false)
    })

    test("silently forgets a record that does not repeat", () => {
        const repeats = make()
        repeats.isRepeat(WARN, "heatpump", "no answer", 0)
        repeats.settle(HOUR)
        expect(told.length).toBe(0)
        expect(repeats.isRepeat(WARN, "heatpump", "no answer", HOUR)).toBe(false)
    })

    test("distinguishes sources, kinds and levels", () => {
        const repeats = make()
        expect(repeats.isRepeat(WARN, "a", "x", 0)).toBe(false)
        expect(repeats.isRepeat(WARN, "b", "x", 0)).toBe(false)
        expect(repeats.isRepeat(WARN, "a", "y", 0)).toBe(false)
        expect(repeats.isRepeat(ERROR, "a", "x", 0)).toBe(false)
        expect(repeats.isRepeat(WARN, "a", "x", 0)).toBe(true)
    })

    test("settles the repeats of only one source", () => {
        const repeats = make()
        for (let i = 0; i < 3; i++) {
            repeats.isRepeat(WARN, "a", "x", i)
            repeats.isRepeat(WARN, "b", "x", i)
        }
        repeats.settle(500, "a")
        expect(told.join("; ")).toBe("a x 2 in 500")
        expect(repeats.isRepeat(WARN, "a", "x", 501)).toBe(false)
        expect(repeats.isRepeat(WARN, "b", "x", 501)).toBe(true)
    })

    test("remembers 16 kinds, and reports the count of the newest to make room", () => {
        const repeats = make()
        for (let round = 0; round < 2; round++)
            for (let kind = 0; kind < 16; kind++) repeats.isRepeat(WARN, "a", "" + kind, round)
        expect(repeats.isRepeat(WARN, "a", "16", 5000)).toBe(false)
        expect(told.join("; ")).toBe("a 15 1 in 5000")
        expect(repeats.isRepeat(WARN, "a", "15", 5000)).toBe(false)
        expect(repeats.isRepeat(WARN, "a", "0", 5000)).toBe(true)
    })

    test("folds most of twenty kinds that take turns", async () => {
        const repeats = make()
        let published = 0
        for (let round = 0; round < 20; round++) {
            await ds.sleep(1)
            for (let kind = 0; kind < 20; kind++)
                if (!repeats.isRepeat(WARN, "meter " + kind, "x", round)) published++
        }
        expect(published <= 20 + 19 * 5).toBe(true)
    })

    test("counts every record exactly once, in any order", async () => {
        const random = new Xorshift()
        for (let round = 0; round < 30; round++) {
            await ds.sleep(1)
            const repeats = make()
            let given = 0
            let now = 0
            counted = 0
            for (let i = 0; i < 40; i++) {
                now = now + random.below(HOUR / 5)
                const source = "source " + random.below(3)
                const act = random.below(10)
                if (act === 0) repeats.settle(now, source)
                else if (act === 1) repeats.settle(now)
                else {
                    given++
                    if (!repeats.isRepeat(WARN, source, "kind " + random.below(4), now)) counted++
                }
            }
            repeats.settle(now + HOUR)
            expect(counted).toBe(given)
        }
    })
})
