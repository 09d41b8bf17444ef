import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { numbered } from "../../queue/readings"
import { namesIn, valueIn } from "./emoncms-network"
import { BOOT, numberIn, World } from "./uplink-world"

const BAD_DATA = '{"success": false, "message": "Format error, json string supplied is not valid"}'

describe("a server's clock in doubt", () => {
    test("stops all uploads until it fits again", async () => {
        const world = new World()
        await world.begin(1)
        await world.until(() => world.queue.length === 0)
        await ds.sleep(2000)
        world.setClock(BOOT + 3600000)
        expect(world.clock.doubted).toBe(true)
        await world.queue.append(numbered(2))
        await ds.sleep(300000)
        expect(world.sent()).toBe("1")
        expect(world.queue.length).toBe(1)
        expect(world.failures[0]).toBe("clock jumped")
        // the uplink asks the server for its date
        expect(world.network.checks > 1).toBe(true)
        world.setClock(BOOT)
        await world.delivered()
        expect(world.sent()).toBe("1, 2")
    })

    test("is reported as unset when it is before 2026", async () => {
        const world = new World()
        world.network.date = "Date: Wed, 01 Jan 2020 00:00:00 GMT\r\n"
        await world.begin(1, false)
        const now = ds.millis()
        world.clock.observe(1577836800000, now, now)
        await world.until(() => world.failures.length === 1)
        world.stop()
        expect(world.failures.join()).toBe("clock unset")
        expect(world.network.uploads.length).toBe(0)
    })
})

describe("the key", () => {
    test("stops all uploads while EmonCMS does not know it", async () => {
        const world = new World()
        world.network.access = "Invalid API key"
        await world.begin(2)
        await world.until(() => world.failures.length === 2)
        world.network.access = BAD_DATA
        expect(world.failures.join()).toBe("wrong key,wrong key")
        expect(world.network.uploads.length).toBe(0)
        await world.delivered()
        expect(world.accepted).toBe(2)
    })

    test("is checked again after a failure that only the owner can fix", async () => {
        const world = new World()
        world.network.uploadsAre(() => ({ stores: 0, says: "Invalid API key" }))
        await world.begin(2)
        await world.until(() => world.failures.length === 1)
        await world.until(() => world.failures.length === 2)
        expect(world.network.checks).toBe(1)
        world.network.uploadsAre(rows => ({ stores: rows.length, says: "ok" }))
        await world.delivered()
        expect(world.network.checks).toBe(2)
    })

    test("is not checked again if EmonCMS accepted an upload before", async () => {
        const world = new World()
        await world.begin(1)
        await world.until(() => world.queue.length === 0)
        world.network.uploadsAre(() => ({ stores: 0, says: "Invalid API key" }))
        await world.queue.append(numbered(2))
        await world.until(() => world.failures.length === 3)
        world.network.uploadsAre(rows => ({ stores: rows.length, says: "ok" }))
        await world.delivered()
        expect(world.network.checks).toBe(1)
    })
})

describe("the health row", () => {
    test("is sent every five minutes, even when no reading waits", async () => {
        const world = new World()
        await world.begin(0)
        world.count(1)
        await ds.sleep(200000)
        world.count(2)
        await ds.sleep(60000)
        expect(world.network.uploads.length).toBe(0)
        await ds.sleep(41000)
        world.count(3)
        await ds.sleep(31000)
        world.count(4)
        await ds.sleep(60000)
        expect(world.network.uploads.length).toBe(1)
        const rows = world.network.uploads[0]
        expect(rows.length).toBe(1)
        expect(rows[0][1]).toBe("house")
        expect(namesIn(rows[0]).join()).toBe(
            "health_uptime,health_queue,health_dropped,health_thinned,health_recovered,health_line_errors,health_upload_errors",
        )
        expect(valueIn(rows[0], 1)).toBe(3)
        world.stop()
    })

    test("is sent even if every upload takes more than one batch", async () => {
        const world = new World()
        let told = 0
        world.network.uploadsAre(rows => {
            for (const row of rows) if (numberIn(row) === "health_uptime") told++
            // The heap has no room for all of them.
            world.network.uploads.pop()
            return { stores: rows.length, says: "ok" }
        })
        await world.begin(0)
        for (let burst = 0; burst < 10; burst++) {
            for (let i = 0; i < 20; i++) await world.queue.append(numbered(burst * 20 + i))
            world.count(20)
            await ds.sleep(100000)
        }
        world.stop()
        expect(told).toBe(3)
    })

    test("is sent once, with the latest values, after an outage", async () => {
        const world = new World()
        let isAway = true
        const stored: number[] = []
        world.network.uploadsAre(rows => {
            if (isAway) return { stores: 0, says: undefined }
            for (const row of rows) if (numberIn(row) === "health_uptime") stored.push(valueIn(row, 1))
            return { stores: rows.length, says: "ok" }
        })
        await world.begin(0)
        for (let queued = 1; queued <= 3; queued++) {
            await ds.sleep(301000)
            world.count(queued)
        }
        isAway = false
        await world.until(() => stored.length > 0)
        await ds.sleep(60000)
        world.stop()
        expect(stored.join()).toBe("3")
    })
})
