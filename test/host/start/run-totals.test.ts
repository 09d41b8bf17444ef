import { expect, test } from "vitest"
import { RunTotals } from "../../../cli/start/run-totals"
import { newCounters } from "../../../services/counters"

/** The totals after these reports. */
function after(...reports: Partial<ReturnType<typeof newCounters>>[]) {
    const totals = new RunTotals()
    for (const report of reports) totals.add({ ...newCounters(), ...report })
    return totals.counters
}

test("totals begin with zeros", () => {
    expect(after()).toEqual({ ...newCounters(), unsaved: 0 })
})

test("totals are the program's counters until it starts again", () => {
    const last = { readings: 9, accepted: 6, queued: 3, recovered: 2, dropped: 1, bytesSent: 700 }
    expect(after({ readings: 4, queued: 4 }, last)).toEqual({ ...newCounters(), ...last, unsaved: 0 })
    expect(after({ readings: 9, queued: 9 }, { readings: 9, accepted: 9 }).queued).toBe(0)
})

test("totals add up over the program's starts, except what waits", () => {
    const totals = after(
        { readings: 9, accepted: 6, queued: 5, recovered: 2, thinned: 1, requests: 3, bytesSent: 700 },
        { recovered: 4, queued: 4 },
        { readings: 3, accepted: 2, queued: 5, recovered: 4, requests: 1, bytesSent: 200 },
        { readings: 0, queued: 5, recovered: 5 },
        { readings: 20, accepted: 24, queued: 1, recovered: 5, dropped: 2, requests: 9, bytesSent: 1000 },
    )
    expect(totals).toMatchObject({ readings: 32, accepted: 32, queued: 1, thinned: 1, dropped: 2 })
    expect(totals).toMatchObject({ requests: 13, bytesSent: 1900, recovered: 2, unsaved: 1 })
})
