import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { counter, numbered, PERIOD_MS } from "../../queue/readings"
import { valueIn } from "./emoncms-network"
import { BOOT, NUMBER, numberIn, World } from "./uplink-world"

const BAD_DATA = '{"success": false, "message": "Format error, json string supplied is not valid"}'

/** The server stores the first `stores` rows of the first upload, and its answer is lost. */
async function lostAfter(stores: number): Promise<World> {
    const world = new World()
    world.network.uploadsAre(rows => {
        if (world.network.uploads.length === 1) return { stores, says: undefined }
        return { stores: rows.length, says: "ok" }
    })
    await world.begin(5)
    return world
}

describe("a batch", () => {
    test("is removed from the queue when EmonCMS answers ok", async () => {
        const world = new World()
        await world.begin(3)
        await world.delivered()
        expect(world.sent()).toBe("1 2 3")
        expect(world.accepted).toBe(3)
        expect(world.failures.length).toBe(0)
        const rows = world.network.uploads[0]
        for (let i = 0; i < 3; i++) {
            expect(rows[i][0]).toBe(BOOT / 1000 + 60 * (i + 1))
            expect(rows[i][1]).toBe("house")
            expect(valueIn(rows[i], 1)).toBe(numbered(i + 1).values[1])
        }
    })

    test("is preceded by one key check, and its inputs are queried only once", async () => {
        const world = new World()
        await world.begin(2)
        await world.until(() => world.queue.length === 0)
        await ds.sleep(2000)
        expect(world.network.checks).toBe(1)
        expect(world.network.questions.join()).toBe("number,number,noise")
        await world.queue.append(numbered(3))
        await world.delivered()
        expect(world.sent()).toBe("1 2, 3")
        expect(world.network.checks).toBe(1)
        expect(world.network.questions.length).toBe(3)
    })

    test("is reported when EmonCMS accepts it without storing it", async () => {
        const world = new World()
        world.network.uploadsAre(() => ({ stores: 0, says: "ok" }))
        await world.begin(2)
        await world.delivered()
        expect(world.failures.join()).toBe("not stored")
        expect(world.accepted).toBe(2)
    })

    test("leaves out a reading whose slot belongs to the previous run", async () => {
        const world = new World()
        await world.begin(0, false, 2.2 * PERIOD_MS)
        world.stop()
        for (const at of [2.3, 3, 4]) {
            const reading = { meter: counter, at: at * PERIOD_MS, values: [Math.round(at), 0] }
            await world.queue.append(reading)
        }
        world.setClock(BOOT)
        world.start()
        await world.delivered()
        expect(world.sent()).toBe("3 4")
        expect(world.network.uploads[0][0][0]).toBe(BOOT / 1000 + 180)
        expect(world.accepted).toBe(2)
        expect(world.queue.losses.thinned).toBe(1)
        expect(world.failures.length).toBe(0)
    })

    test("is not sent when no reading is left in it", async () => {
        const world = new World()
        await world.begin(0, true, 2.2 * PERIOD_MS)
        await world.queue.append({ meter: counter, at: 2.3 * PERIOD_MS, values: [2, 0] })
        await world.delivered()
        expect(world.network.uploads.length).toBe(0)
        expect(world.accepted).toBe(0)
        expect(world.queue.losses.thinned).toBe(1)
        await world.queue.append(numbered(3))
        world.start()
        await world.delivered()
        expect(world.sent()).toBe("3")
        expect(world.queue.losses.thinned).toBe(1)
    })

    test("follows the previous one after the upload interval", async () => {
        const world = new World()
        await world.begin(1)
        await world.until(() => world.queue.length === 0)
        await ds.sleep(2000)
        await world.queue.append(numbered(2))
        await ds.sleep(26000)
        expect(world.sent()).toBe("1")
        await ds.sleep(6000)
        expect(world.sent()).toBe("1, 2")
        world.stop()
    })
})

describe("a batch whose answer is lost", () => {
    test("is not resent when the server has stored it", async () => {
        const world = await lostAfter(5)
        await world.delivered()
        expect(world.sent()).toBe("1 2 3 4 5")
        expect(world.accepted).toBe(5)
        expect(world.failures.join()).toBe("ClosedByPeer")
    })

    test("resumes after the rows that the server has stored", async () => {
        const world = await lostAfter(2)
        await world.delivered()
        expect(world.sent()).toBe("1 2 3 4 5, 3 4 5")
        expect(world.accepted).toBe(5)
    })

    test("is resent whole when the server has stored none of it", async () => {
        const world = await lostAfter(0)
        await world.delivered()
        expect(world.sent()).toBe("1 2 3 4 5, 1 2 3 4 5")
        expect(world.accepted).toBe(5)
    })

    test("counts as stored only as far as two answers in a row agree", async () => {
        const world = await lostAfter(0)
        const { network } = world
        await world.until(() => network.uploads.length === 1)
        const before = network.questions.length
        // the server is still storing the batch
        await world.until(() => network.questions.length === before + 1)
        network.times[NUMBER] = BOOT / 1000 + 2 * 60
        await world.until(() => network.questions.length === before + 2)
        expect(network.uploads.length).toBe(1)
        network.times[NUMBER] = BOOT / 1000 + 4 * 60
        const asked = ds.millis()
        await world.until(() => network.questions.length === before + 3)
        expect(ds.millis() - asked > 4500).toBe(true)
        expect(network.uploads.length).toBe(1)
        await world.delivered()
        expect(network.questions[before + 3]).toBe("number")
        expect(world.sent()).toBe("1 2 3 4 5, 5")
    })

    test("from before a restart is not resent if the server is still at work on it", async () => {
        const world = new World()
        await world.begin(0)
        world.stop()
        for (let i = 1; i <= 3; i++) await world.queue.append(numbered(i))
        world.queue.losses.recovered = 3
        const finish = async () => {
            while (world.network.questions.length < 2) await ds.sleep(10)
            await ds.sleep(100)
            for (const name of ["number", "noise"]) world.network.times[name] = (BOOT + 3 * PERIOD_MS) / 1000
        }
        finish.start()
        world.start()
        await world.delivered()
        expect(world.sent()).toBe("")
        expect(world.accepted).toBe(3)
    })

    test("is settled by the uplink that replaces its sender", async () => {
        const world = await lostAfter(3)
        await world.until(() => world.failures.length === 1)
        world.stop()
        expect(world.queue.doubt.outcome).toBe("pending")
        world.start()
        await world.delivered()
        expect(world.sent()).toBe("1 2 3 4 5, 4 5")
        expect(world.accepted).toBe(5)
    })

    test("is resent without a clock, since its times cannot be recognized", async () => {
        const world = new World()
        world.network.uploadsAre(rows => ({
            stores: rows.length,
            says: world.network.uploads.length === 1 ? undefined : "ok",
        }))
        await world.begin(2, false)
        await world.until(() => world.network.uploads.length === 1)
        expect(world.network.questions.length).toBe(1)
        await world.delivered()
        expect(world.sent()).toBe("1 2, 1 2")
    })
})

describe("refused rows", () => {
    test("are narrowed down to one, which is set aside when others are accepted", async () => {
        const world = new World()
        const stored: string[] = []
        world.network.uploadsAre(rows => {
            const numbers = rows.map(numberIn)
            if (numbers.includes("3")) return { stores: 0, says: BAD_DATA }
            for (const number of numbers) stored.push(number)
            return { stores: rows.length, says: "ok" }
        })
        await world.begin(5)
        await world.delivered()
        expect(world.refused.join()).toBe("3")
        expect(world.accepted).toBe(4)
        expect(stored.join()).toBe("1,2,health_uptime,4,5")
        expect(world.failures.length).toBe(0)
    })

    test("cost one reading for each pause at most, when the server refuses every row with readings", async () => {
        const world = new World()
        world.network.uploadsAre(rows => {
            const isHarmless = rows.map(numberIn).join() === "health_uptime"
            // The heap has no room for all of them.
            world.network.uploads.pop()
            return isHarmless ? { stores: 1, says: "ok" } : { stores: 0, says: BAD_DATA }
        })
        await world.begin(10)
        await world.until(() => world.failures.length === 3)
        world.stop()
        expect(world.failures.join()).toBe("bad data,bad data,bad data")
        expect(world.refused.join()).toBe("1,2,3")
        expect(world.queue.length).toBe(7)
    })

    test("stay in the queue when the server accepts no other row either", async () => {
        const world = new World()
        world.network.uploadsAre(() => ({ stores: 0, says: BAD_DATA }))
        await world.begin(5)
        await world.until(() => world.failures.length === 2)
        world.stop()
        expect(world.failures.join()).toBe("bad data,bad data")
        expect(world.queue.length).toBe(5)
        expect(world.refused.length).toBe(0)
        expect(world.sent().includes("health_uptime")).toBe(true)
    })
})
