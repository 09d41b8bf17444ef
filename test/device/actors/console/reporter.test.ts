import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { type Counters, newCounters } from "../../../../services/counters"
import { Reporter } from "../../../../src/actors/console/reporter"
import type { LineTrouble } from "../../../../src/actors/poller/line-state"
import type { Cause } from "../../../../src/actors/uplink/failure"
import type { UploadReport } from "../../../../src/actors/uplink/upload-report"
import { counters } from "../../../../src/counters"
import { records } from "../../../../src/device/log"
import { Mailbox } from "../../../../src/kernel/mailbox"
import { Topic } from "../../../../src/kernel/topic"
import type { Meter, Reading, Values } from "../../../../src/line/meters/profile"
import { NoAnswer } from "../../../../src/line/modbus/errors"
import type { HttpClient } from "../../../../src/net/http"
import type { ReadingQueue } from "../../../../src/queue/reading-queue"
import { readPoll } from "../../line/frames"
import { field, profileOf } from "../../profiles"

const profile = profileOf("pump", [
    field("voltage", "V", 1),
    field("current", "A", 3),
    field("power", "W", 1),
    field("energy", "kWh", 3),
    field("frequency", "Hz", 1),
    field("power_factor", "", 2),
])
const pump: Meter = { name: "pump", profile, address: 1 }
const VALUES = [2301, 8234, 18612, 12345, 500, 98]
const TEXT = "230.1 V, 8.234 A, 1861.2 W, 12.345 kWh, 50.0 Hz, power_factor 0.98"

let told: string[] = []
records.subscribe(({ level, source, text }) => {
    told.push(level + " " + source + ": " + text)
})

/** Log texts since the last call, each with its level. */
function news(): string {
    const lines = told.join(" | ")
    told = []
    return lines
}

/** A running reporter and the topics it subscribes to. */
class World {
    readonly readings = new Topic<Reading>("readings")
    readonly troubles = new Topic<LineTrouble>("line troubles")
    readonly uploads = new Topic<UploadReport>("uploads")
    readonly taken = new Mailbox<Reading>(2, "drop-oldest")
    /** The latest published counters, and how often counters were published. */
    last: Counters = newCounters()
    times = 0
    readonly reporter: Reporter
    private readonly http = { requests: 31, bytesSent: 5000 }
    private readonly queue = { length: 7 }

    constructor() {
        const counts = new Topic<Counters>("counters")
        counts.subscribe(this.onCounts)
        this.reporter = new Reporter(
            this.readings,
            this.troubles,
            this.uploads,
            this.http as HttpClient,
            this.queue as ReadingQueue,
            this.taken,
            counts,
        )
        this.reporter.run.start()
    }

    /** Publishes a reading. */
    reads(values: Values) {
        this.readings.publish(readingOf(values))
    }

    /** Publishes a successful upload. */
    accepts(accepted: number, refused: Reading[] = []) {
        this.uploads.publish({ accepted, refused, failure: undefined })
    }

    /** Publishes a failed upload. */
    fails(cause: Cause, detail = "") {
        this.uploads.publish({ accepted: 0, refused: [], failure: { cause, detail } })
    }

    private onCounts(published: Counters) {
        this.last = JSON.parse(JSON.stringify(published)) as Counters
        this.times++
    }
}

function readingOf(values: Values): Reading {
    return { meter: pump, at: ds.millis(), values }
}

describe("the reporter logs", () => {
    test("each reading on one line, with units, or names for values without one", () => {
        const world = new World()
        world.reads(VALUES)
        expect(news()).toBe("1 pump: " + TEXT)
        world.reads(VALUES)
        expect(news()).toBe("1 pump: " + TEXT)
        world.reporter.stop()
    })

    test("no unknown values", () => {
        const world = new World()
        world.reads([undefined, 0, -15, undefined, undefined, 100])
        expect(news()).toBe("1 pump: 0.000 A, -1.5 W, power_factor 1.00")
        world.reporter.stop()
    })

    test("how many readings were accepted and how many wait", () => {
        const world = new World()
        world.accepts(3)
        expect(news()).toBe("1 uplink: 3 readings accepted, 7 waiting")
        world.accepts(0)
        expect(news()).toBe("")
        world.reporter.stop()
    })

    test("a refused reading as a warning, with its values", () => {
        const world = new World()
        world.accepts(0, [readingOf(VALUES)])
        expect(news()).toBe("3 pump: EmonCMS refuses a reading; it is not sent again: " + TEXT)
        world.reporter.stop()
    })

    test("nothing for a failed poll", () => {
        const world = new World()
        world.troubles.publish({ meter: pump, error: new NoAnswer(readPoll), missed: 1 })
        expect(news()).toBe("")
        world.reporter.stop()
    })

    test("nothing after it is stopped", async () => {
        const world = new World()
        world.reporter.stop()
        await ds.sleep(1000)
        world.reads(VALUES)
        world.fails("crash")
        await ds.sleep(120000)
        expect(news()).toBe("")
        expect(world.times).toBe(0)
    })
})

describe("trouble with the server", () => {
    test("is logged once when it starts and once when it ends", () => {
        const world = new World()
        for (let i = 0; i < 3; i++) world.fails("database down")
        expect(news()).toBe(
            "4 uplink: EmonCMS cannot reach its database. Check MariaDB or MySQL on the server.",
        )
        world.accepts(2)
        expect(news()).toBe(
            "2 uplink: EmonCMS accepts readings again | 1 uplink: 2 readings accepted, 7 waiting",
        )
        world.accepts(2)
        expect(news()).toBe("1 uplink: 2 readings accepted, 7 waiting")
        world.reporter.stop()
    })

    test("is logged again when it recurs", () => {
        const world = new World()
        const sentence = "4 uplink: EmonCMS cannot reach Redis. Check redis-server on the server."
        world.fails("redis down")
        expect(news()).toBe(sentence)
        world.accepts(1)
        news()
        world.fails("redis down")
        expect(news()).toBe(sentence)
        world.accepts(1)
        news()
        world.reporter.stop()
    })

    test("is logged once for each of several alternating causes", () => {
        const world = new World()
        world.fails("server trouble")
        world.fails("ConnectFailed", "server:80")
        world.fails("server trouble")
        world.fails("ConnectFailed", "server:80")
        expect(news()).toBe(
            "4 uplink: The web server cannot answer now. The device keeps trying. | " +
                "4 uplink: Nobody answers at server:80. Check the address, and that the server is running.",
        )
        world.accepts(0)
        expect(news().endsWith("2 uplink: EmonCMS accepts readings again")).toBe(true)
        world.reporter.stop()
    })

    test("ends when the server refuses only a single reading", () => {
        const world = new World()
        world.fails("bad data")
        news()
        world.accepts(0, [readingOf([2400])])
        expect(news()).toBe(
            "3 pump: EmonCMS refuses a reading; it is not sent again: 240.0 V | 2 uplink: EmonCMS accepts readings again",
        )
        world.reporter.stop()
    })

    test("is logged with its cause and a remedy", () => {
        const world = new World()
        const said = (cause: Cause, detail = ""): string => {
            world.fails(cause, detail)
            return news()
        }
        expect(said("wrong key")).toBe(
            "4 uplink: EmonCMS does not know the key. Copy the Read & Write key from Setup, My Account into EMON_KEY.",
        )
        expect(said("not stored", " voltage")).toBe(
            "4 uplink: EmonCMS says OK, but does not store voltage. It may be too old, or set to create no new inputs.",
        )
        expect(said("moved", " to https://127.0.0.1")).toBe(
            "4 uplink: The server has moved to https://127.0.0.1. Open EMON_URL in a browser, and copy the address that you end up at, perhaps with https.",
        )
        expect(said("clock unset")).toBe(
            "4 uplink: The server's clock shows a time before 2026. Correct it. Until then nothing is uploaded, because a wrong time ruins feeds.",
        )
        expect(said("unusable key", "EMON_KEY: missing; add it to .env.local and deploy")).toBe(
            "4 uplink: Setting EMON_KEY: missing; add it to .env.local and deploy",
        )
        expect(said("bad reply", "not a valid HTTP reply: an unknown Transfer-Encoding")).toBe(
            "4 uplink: The server's answer is not a valid HTTP reply: an unknown Transfer-Encoding. Check the port in EMON_URL.",
        )
        world.accepts(0)
        news()
        world.reporter.stop()
    })
})

describe("the counters", () => {
    test("are published soon after an event, once for events close together", async () => {
        const world = new World()
        await ds.sleep(10)
        world.reads(VALUES)
        await ds.sleep(100)
        world.accepts(1)
        world.troubles.publish({ meter: pump, error: new NoAnswer(readPoll), missed: 1 })
        expect(world.times).toBe(0)
        await ds.sleep(200)
        expect(world.times).toBe(1)
        await ds.sleep(30000)
        expect(world.times).toBe(1)
        world.reporter.stop()
    })

    test("are published once a minute when nothing happens", async () => {
        const world = new World()
        await ds.sleep(59000)
        expect(world.times).toBe(0)
        await ds.sleep(2000)
        expect(world.times).toBe(1)
        await ds.sleep(180000)
        expect(world.times).toBe(4)
        world.reporter.stop()
    })

    test("include waiting readings, lost readings and network traffic", async () => {
        counters.crowdedOut = 1
        counters.damaged = 20
        counters.undatable = 300
        counters.orphaned = 4000
        counters.refused = 50000
        const world = new World()
        // the mailbox has room for two of the three readings
        for (let i = 0; i < 3; i++) world.taken.post(readingOf(VALUES))
        world.reads(VALUES)
        await ds.sleep(1000)
        const { queued, overrun, dropped, requests, bytesSent } = world.last
        expect(queued).toBe(9)
        expect(overrun).toBe(1)
        expect(dropped).toBe(54322)
        expect(requests).toBe(31)
        expect(bytesSent).toBe(5000)
        world.reporter.stop()
    })
})
