import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { decode } from "../../../../src/line/meters/decode"
import { u16 } from "../../../../src/line/meters/registers"
import { hasStatistics, Statistics } from "../../../../src/line/meters/statistics"
import { field, profileOf, withStatistics } from "../../profiles"

const PLAIN = profileOf("m", [field("voltage", "V", 1), field("power", "W", 1)], [u16])

/** The values that follow the fields' own values. */
function moved(statistics: Statistics, own: number[]): string {
    const values = own.slice()
    statistics.moveTo(values)
    return values
        .slice(own.length)
        .map(value => "" + value)
        .join(" ")
}

describe("statistics", () => {
    test("give the mean, minimum and maximum of the added values", () => {
        const statistics = new Statistics(withStatistics(PLAIN, [1]).table)
        for (const power of [100, 350, -40, 90]) statistics.add([2300, power])
        expect(moved(statistics, [2300, 90])).toBe("125 -40 350")
    })

    test("round the mean to the field's decimals", () => {
        const statistics = new Statistics(withStatistics(PLAIN, [1]).table)
        for (const power of [1, 2, 2]) statistics.add([2300, power])
        expect(moved(statistics, [2300, 2])).toBe("2 1 2")
        for (const power of [1, 1, 2]) statistics.add([2300, power])
        expect(moved(statistics, [2300, 2])).toBe("1 1 2")
    })

    test("start over after being moved to a reading", () => {
        const statistics = new Statistics(withStatistics(PLAIN, [1]).table)
        statistics.add([2300, 9000])
        expect(statistics.isEmpty()).toBe(false)
        moved(statistics, [2300, 9000])
        expect(statistics.isEmpty()).toBe(true)
        statistics.add([2300, 5])
        expect(moved(statistics, [2300, 5])).toBe("5 5 5")
    })

    test("keep fields separate and skip unknown values", () => {
        const statistics = new Statistics(withStatistics(PLAIN, [0, 1]).table)
        statistics.add([2300, 10])
        statistics.add([undefined, 20])
        statistics.add([2310, undefined])
        expect(moved(statistics, [2310, 0])).toBe("2305 2300 2310 15 10 20")
    })

    test("leave a field unknown when none of its values is known", () => {
        const statistics = new Statistics(withStatistics(PLAIN, [0, 1]).table)
        statistics.add([undefined, 20])
        const values = [1, 2, undefined, undefined, undefined, undefined, undefined, undefined]
        statistics.moveTo(values)
        expect(values.map(value => "" + value).join(" ")).toBe("1 2 undefined undefined undefined 20 20 20")
    })

    test("stay exact over an hour of large values", async () => {
        const statistics = new Statistics(withStatistics(PLAIN, [1]).table)
        for (let minute = 0; minute < 60; minute++) {
            for (let i = 0; i < 60; i++) statistics.add([2300, 1000000000 + (i & 1) * 2])
            await ds.sleep(1)
        }
        expect(moved(statistics, [2300, 0])).toBe("1000000001 1000000000 1000000002")
    })

    test("add fields that replies do not fill", () => {
        const profile = withStatistics(PLAIN, [1])
        expect(hasStatistics(profile.table)).toBe(true)
        expect(hasStatistics(PLAIN.table)).toBe(false)
        const values = decode(profile, [hex`00e6 0064`])
        expect(values.length).toBe(5)
        expect(values.slice(2).every(value => value === undefined)).toBe(true)
    })
})
