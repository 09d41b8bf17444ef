import { describe, expect, test } from "@devicescript/test"
import type { Counters } from "../../../services/counters"
import { healthInputs, healthRow } from "../../../src/actors/uplink/health"

const COUNTERS: Counters = {
    readings: 100,
    accepted: 90,
    queued: 7,
    dropped: 3,
    recovered: 8,
    thinned: 2,
    crowdedOut: 1,
    damaged: 1,
    undatable: 0,
    orphaned: 0,
    refused: 1,
    overrun: 0,
    presumed: 0,
    lineErrors: 4,
    uploadErrors: 5,
    requests: 31,
    bytesSent: 5000,
}

describe("health", () => {
    test("reports the uptime and the counters", () => {
        const { at, values } = healthRow(3600500, COUNTERS)
        expect(at).toBe(3600500)
        expect(values.join()).toBe("3600,7,3,2,8,4,5")
    })

    test("has an input name for each value", () => {
        expect(healthInputs().names.length).toBe(healthRow(0, COUNTERS).values.length)
    })
})
