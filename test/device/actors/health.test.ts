import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import type { Counters } from "../../../src/actors/counters"
import { Health, type HealthRow, healthInputs } from "../../../src/actors/health"
import { checkName } from "../../../src/emoncms/names"
import { Topic } from "../../../src/kernel/topic"

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
    refused: 1,
    lineErrors: 4,
    uploadErrors: 5,
    requests: 31,
    bytesSent: 5000,
}

describe("health", () => {
    test("is told every five minutes, once there is something to tell", async () => {
        const counters = new Topic<Counters>("counters")
        const topic = new Topic<HealthRow>("health")
        const rows: HealthRow[] = []
        topic.subscribe((row: HealthRow) => {
            rows.push(row)
        })
        const actor = new Health(counters, topic)
        const start = ds.millis()
        actor.run.start()
        await ds.sleep(310000)
        expect(rows.length).toBe(0)
        counters.publish(COUNTERS)
        await ds.sleep(600000)
        expect(rows.length).toBe(2)
        expect(rows[0].values.slice(1).join()).toBe("7,3,2,8,4,5")
        expect(rows[1].values[0] - rows[0].values[0]).toBe(300)
        expect(rows[0].at - start >= 600000).toBe(true)
        actor.stop()
    })

    test("has a name that EmonCMS takes for each value", () => {
        for (const input of healthInputs()) checkName("input", input.name)
        expect(healthInputs().length).toBe(7)
    })
})
