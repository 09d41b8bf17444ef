import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { type Counters, newCounters } from "../../../../services/counters"
import type { ServerDate } from "../../../../src/actors/timekeeper"
import { Server } from "../../../../src/actors/uplink/emoncms-client"
import { Inputs } from "../../../../src/actors/uplink/inputs"
import { Uplink } from "../../../../src/actors/uplink/uplink"
import type { UploadReport } from "../../../../src/actors/uplink/upload-report"
import { Before } from "../../../../src/device/restarts"
import { writeInTime } from "../../../../src/device/settings"
import { WallClock } from "../../../../src/device/wall-clock"
import { BulkBody } from "../../../../src/emoncms/bulk"
import { Topic } from "../../../../src/kernel/topic"
import { HttpClient } from "../../../../src/net/http"
import { SocketOwner } from "../../../../src/net/socket"
import { noLosses } from "../../../../src/queue/backlog"
import { Doubt } from "../../../../src/queue/doubt"
import { openQueue, type ReadingQueue } from "../../../../src/queue/reading-queue"
import { counter, numbered, PERIOD_MS } from "../../queue/readings"
import { EmonCmsNetwork, namesIn, type Row, valueIn } from "./emoncms-network"

const KEY = "0123456789abcdef0123456789abcdef"
/** Wall time at the chip's start in ms, a multiple of the interval. */
const BOOT = 1795348800000
/** The first input of a row. */
const NUMBER = "number"
const BAD_DATA = '{"success": false, "message": "Format error, json string supplied is not valid"}'

/** A queue, an EmonCMS, and an uplink between them. */
class World {
    readonly network = new EmonCmsNetwork()
    readonly clock = new WallClock()
    queue: ReadingQueue
    /** What was reported: how many were accepted, numbers of refused readings, and causes of failures. */
    accepted = 0
    readonly refused: number[] = []
    readonly failures: string[] = []
    private readonly counts = new Topic<Counters>("counters")
    private readonly uploads = new Topic<UploadReport>("uploads")
    private readonly content = Buffer.alloc(600)
    private readonly server: Server
    private readonly inputs = new Inputs([counter], [{ names: [NUMBER, "noise"], scales: hex`0000` }])
    private uplink: Uplink

    constructor() {
        const http = new HttpClient(new SocketOwner(this.network), this.content)
        this.server = new Server(http, new Topic<ServerDate>("dates"))
        this.uploads.subscribe(this.onUpload)
    }

    /** Starts with these readings waiting. */
    async begin(readings: number, isClockKnown = true, startedAt = 0) {
        await writeInTime("EMON_URL", "http://server")
        await writeInTime("EMON_KEY", KEY)
        await writeInTime("EMON_NODE", "house")
        this.queue = await openQueue(
            {
                meters: [counter],
                pollMs: PERIOD_MS,
                heapBlocks: 4,
                blockBytes: 224,
                store: undefined,
                losses: noLosses(),
            },
            startedAt,
            Before.Unknown,
        )
        this.queue.doubt = new Doubt(this.inputs, 40)
        if (isClockKnown) this.setClock(BOOT)
        for (let i = 1; i <= readings; i++) await this.queue.append(numbered(i))
        this.start()
    }

    /** A server's date says that this is the wall time at the chip's start. */
    setClock(boot: number) {
        const now = ds.millis()
        this.clock.observe(boot - 500 + now, now, now)
    }

    /** An uplink begins; a later one takes the place of the one before. */
    start() {
        this.uplink = new Uplink(
            this.server,
            this.queue,
            this.inputs,
            new BulkBody(this.content, 2, undefined),
            this.clock,
            { pollMs: PERIOD_MS, uploadMs: 30000 },
            this.uploads,
            this.counts,
        )
        this.uplink.run.start()
    }

    stop() {
        this.uplink.stop()
    }

    /** Counters are published with so many readings waiting. */
    count(queued: number) {
        const counters = newCounters()
        counters.queued = queued
        this.counts.publish(counters)
    }

    /** Waits for something, at most 20 minutes. */
    async until(isTrue: () => boolean) {
        for (let i = 0; i < 6000 && !isTrue(); i++) await ds.sleep(200)
        expect(isTrue()).toBe(true)
    }

    /** Waits until nothing waits. */
    async delivered() {
        const { queue } = this
        await this.until(() => queue.length === 0 && !queue.doubt.open)
        await ds.sleep(2000)
        this.stop()
    }

    /** Numbers of the readings in each upload. */
    sent(): string {
        return this.network.uploads.map(rows => rows.map(numberIn).join(" ")).join(", ")
    }

    private onUpload({ accepted, refused, failure }: UploadReport) {
        this.accepted = this.accepted + accepted
        for (const reading of refused) this.refused.push(reading.values[0])
        if (failure) this.failures.push(failure.cause)
    }
}

/** The number of a reading by its row; of a row that is none, the name of its first input. */
function numberIn(row: Row): string {
    const name = namesIn(row)[0]
    return name === NUMBER ? "" + valueIn(row, 0) : name
}

/** The first upload is stored as far as this, and its answer is lost. */
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
    test("is taken out of the queue when EmonCMS says ok", async () => {
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

    test("is sent after the key was checked, and its values are asked for once", async () => {
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

    test("that EmonCMS accepts and does not store is told", async () => {
        const world = new World()
        world.network.uploadsAre(() => ({ stores: 0, says: "ok" }))
        await world.begin(2)
        await world.delivered()
        expect(world.failures.join()).toBe("not stored")
        expect(world.accepted).toBe(2)
    })

    test("leaves out what has the slot of a run before, which was there when this one began", async () => {
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

    test("in which nothing is left is not sent", async () => {
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

    test("follows the one before after the time for that", async () => {
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
    test("is not sent again when it is stored", async () => {
        const world = await lostAfter(5)
        await world.delivered()
        expect(world.sent()).toBe("1 2 3 4 5")
        expect(world.accepted).toBe(5)
        expect(world.failures.join()).toBe("ClosedByPeer")
    })

    test("goes on behind the rows that are stored", async () => {
        const world = await lostAfter(2)
        await world.delivered()
        expect(world.sent()).toBe("1 2 3 4 5, 3 4 5")
        expect(world.accepted).toBe(5)
    })

    test("is sent again when none is stored", async () => {
        const world = await lostAfter(0)
        await world.delivered()
        expect(world.sent()).toBe("1 2 3 4 5, 1 2 3 4 5")
        expect(world.accepted).toBe(5)
    })

    test("is believed to be stored so far only when two answers in a row say so", async () => {
        const world = await lostAfter(0)
        const { network } = world
        await world.until(() => network.uploads.length === 1)
        const before = network.questions.length
        // the server is still at work
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

    test("is asked for by the uplink that takes the place of the one that sent it", async () => {
        const world = await lostAfter(3)
        await world.until(() => world.failures.length === 1)
        world.stop()
        expect(world.queue.doubt.open).toBe(true)
        world.start()
        await world.delivered()
        expect(world.sent()).toBe("1 2 3 4 5, 4 5")
        expect(world.accepted).toBe(5)
    })

    test("is sent again without a clock: nobody can recognise its times", async () => {
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

describe("rows that are refused", () => {
    test("are narrowed down to one, which is set aside when others are taken", async () => {
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

    test("stay in the queue when the server takes no other either", async () => {
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

describe("a server's clock that is in doubt", () => {
    test("lets nothing be uploaded until it fits again", async () => {
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
        // it is asked for its date
        expect(world.network.checks > 1).toBe(true)
        world.setClock(BOOT)
        await world.delivered()
        expect(world.sent()).toBe("1, 2")
    })

    test("is told as one that was never set when it is before 2026", async () => {
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
    test("is not taken when EmonCMS does not know it: nothing is uploaded", async () => {
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

    test("is checked again after trouble that only the owner can end", async () => {
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

    test("is not when EmonCMS has taken something before", async () => {
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

describe("the row about the device", () => {
    test("is sent every five minutes, also when no reading waits", async () => {
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

    test("is only the latest one after an outage", async () => {
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
