import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import type { Failure } from "../../../src/actors/uplink/failure"
import type { UploadReport } from "../../../src/actors/uplink/upload-report"
import { Watchdog } from "../../../src/actors/watchdog"
import { Restarts } from "../../../src/device/restarts"
import { writeInTime } from "../../../src/device/settings"
import { Actor } from "../../../src/kernel/actor"
import { Supervisor } from "../../../src/kernel/supervisor"
import { Topic } from "../../../src/kernel/topic"
import { SocketOwner } from "../../../src/net/socket"
import { FakeSocket } from "../net/fake-socket"

const MINUTE = 60000
const HOUR = 3600000

class Idle extends Actor<undefined> {}

class World {
    readonly story: string[] = []
    readonly log = { bytes: 0, size: () => 0 }
    readonly queue = { length: 0 }
    readonly restarts = new Restarts()
    private readonly uploads = new Topic<UploadReport>("uploads")
    private readonly rotations = new Topic<undefined>("rotations")
    private readonly native = new FakeSocket()
    private readonly sockets = new SocketOwner(this.native)
    private readonly supervisor: Supervisor
    private readonly watchdog: Watchdog

    constructor(uploadMs = 0) {
        const { story, log, queue, restarts, uploads, rotations, sockets } = this
        log.size = () => log.bytes
        this.supervisor = new Supervisor(
            { intensity: 5, periodMs: 600000, backoffMs: 1000, maxBackoffMs: 60000 },
            crash => {
                story.push(crash.child + " replaced")
                if (crash.escalated) story.push("program restarts")
            },
        )
        this.supervisor.add("uplink", () => new Idle(), 10000)
        rotations.subscribe(() => story.push("log switched"))
        this.watchdog = new Watchdog(log, rotations, uploadMs, uploads, restarts, this.supervisor, sockets, {
            queue,
            restart: async () => {},
        })
        this.supervisor.start()
        this.watchdog.run.start()
    }

    /** Occupies the socket: a fiber waits for an answer that never comes. */
    async holdSocket() {
        const { sockets, story, native } = this
        const waiting = async () => {
            try {
                const connection = await sockets.connect({ host: "server", port: 80, tls: false }, 1000, 1000)
                await connection.recv(2 * HOUR)
            } catch (e) {
                story.push((e as Error).name)
            }
        }
        waiting.start()
        await ds.sleep(10)
        native.says("open")
        await ds.sleep(10)
    }

    report(accepted: number, failure: Failure) {
        this.uploads.publish({ accepted, refused: [], failure })
    }

    stop() {
        this.watchdog.stop()
        this.supervisor.stop()
    }
}

describe("watchdog", () => {
    test("switches logs after a day if the log has outgrown its limit", async () => {
        const outgrown = new World()
        const full = new World()
        outgrown.log.bytes = 601
        full.log.bytes = 600
        await ds.sleep(24 * HOUR - MINUTE)
        expect(outgrown.story.join()).toBe("")
        await ds.sleep(2 * MINUTE)
        expect(outgrown.story.join()).toBe("log switched")
        expect(full.story.join()).toBe("")
        outgrown.stop()
        full.stop()
    })

    test("reads the log's period and limit from the settings", async () => {
        await writeInTime("LOG_HOURS", 1)
        await writeInTime("LOG_BYTES", 100)
        const world = new World()
        world.log.bytes = 101
        await ds.sleep(90 * MINUTE)
        expect(world.story.join()).toBe("log switched")
        await ds.sleep(HOUR)
        expect(world.story.join()).toBe("log switched,log switched")
        world.log.bytes = 100
        await ds.sleep(HOUR)
        expect(world.story.join()).toBe("log switched,log switched")
        world.stop()
        await writeInTime("LOG_HOURS", 24)
    })

    test("allows for a long upload interval before it acts", async () => {
        const world = new World(HOUR)
        world.queue.length = 3
        await ds.sleep(79 * MINUTE)
        expect(world.story.join()).toBe("")
        await ds.sleep(2 * MINUTE)
        expect(world.story.join()).toBe("uplink replaced")
        world.stop()
    })

    test("escalates step by step when readings wait and the uplink reports nothing", async () => {
        const world = new World()
        world.queue.length = 3
        await world.holdSocket()
        await ds.sleep(19 * MINUTE)
        expect(world.story.join(", ")).toBe("")
        await ds.sleep(2 * MINUTE)
        expect(world.story.join(", ")).toBe("uplink replaced")
        await ds.sleep(20 * MINUTE)
        expect(world.story.join(", ")).toBe("uplink replaced, ClosedHere")
        await ds.sleep(20 * MINUTE)
        expect(world.story.join(", ")).toBe("uplink replaced, ClosedHere, uplink replaced, program restarts")
        world.stop()
    })

    test("does nothing while the uplink keeps reporting, however long an outage lasts", async () => {
        const world = new World()
        world.queue.length = 3
        for (let i = 0; i < 15; i++) {
            world.report(i === 7 ? 1 : 0, { cause: "NetworkDown", detail: "" })
            await ds.sleep(19 * MINUTE)
        }
        expect(world.story.join()).toBe("")
        world.stop()
    })

    test("does nothing when no reading waits, then starts over with the mildest step", async () => {
        const world = new World()
        await ds.sleep(2 * HOUR)
        world.queue.length = 3
        await ds.sleep(22 * MINUTE)
        world.queue.length = 0
        await ds.sleep(2 * MINUTE)
        world.queue.length = 3
        await ds.sleep(22 * MINUTE)
        expect(world.story.join(", ")).toBe("uplink replaced, uplink replaced")
        world.stop()
    })

    test("restarts nothing in safe mode, which has no uplink", async () => {
        const world = new World()
        world.restarts.safeMode = true
        world.queue.length = 3
        await ds.sleep(50 * MINUTE)
        expect(world.story.join()).toBe("")
        world.stop()
    })
})
