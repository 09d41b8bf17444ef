import { expect, test } from "vitest"
import { newCounters } from "../../../services/counters"
import { Journal } from "../../../tools/scenario/journal"

test("adds up the counters of all runs of the program", () => {
    const journal = new Journal()
    const first = { ...newCounters(), readings: 500, queued: 40, thinned: 3, dropped: 2 }
    journal.count(first)
    journal.count({ ...first, readings: 501, queued: 41 })
    const second = { ...newCounters(), readings: 7, queued: 30, recovered: 25, presumed: 4, dropped: 1 }
    journal.count(second)
    journal.count({ ...second, queued: 0 })
    journal.count({ ...newCounters(), readings: 1 })
    const { thinned, dropped, presumed, unsaved } = journal
    expect({ thinned, dropped, presumed }).toEqual({ thinned: 3, dropped: 3, presumed: 4 })
    // Of 41 readings that waited, the second run found 25.
    expect(unsaved).toBe(16)
})

test("counts a row that is sent again, and values that differ from those that the server had", () => {
    const journal = new Journal()
    const take = (input: string, time: number, value: number, isFirst: boolean) =>
        journal.serverTook({ input, time, value }, isFirst)
    for (const time of [10, 20]) {
        take("power", time, 500, true)
        take("energy", time, 7, false)
    }
    expect([journal.duplicates, journal.repeats]).toEqual([0, 0])
    take("power", 10, 500, true)
    take("energy", 10, 7, false)
    expect([journal.duplicates, journal.repeats]).toEqual([0, 1])
    take("power", 20, 501, true)
    take("energy", 20, 8, false)
    expect([journal.duplicates, journal.repeats]).toEqual([2, 1])
})
