import * as ds from "@devicescript/core"
import { expect } from "@devicescript/test"
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

export const KEY = "0123456789abcdef0123456789abcdef"
/** Wall time of the chip's boot in ms, a multiple of the interval. */
export const BOOT = 1795348800000
/** The first input of a row. */
export const NUMBER = "number"

/** A queue, an EmonCMS, and an uplink between them. */
export class World {
    readonly network = new EmonCmsNetwork()
    readonly clock = new WallClock()
    queue: ReadingQueue
    /** From the upload reports: how many readings were accepted, numbers of refused readings, and causes of failures. */
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

    /** Starts with this many readings waiting. */
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

    /** Sets the clock: a server's date says that the chip booted at `boot`. */
    setClock(boot: number) {
        const now = ds.millis()
        this.clock.observe(boot - 500 + now, now, now)
    }

    /** Starts an uplink, which replaces the one before. */
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

    /** Publishes counters with this many readings waiting. */
    count(queued: number) {
        const counters = newCounters()
        counters.queued = queued
        this.counts.publish(counters)
    }

    /** Waits for a condition, at most 20 minutes. */
    async until(isTrue: () => boolean) {
        for (let i = 0; i < 6000 && !isTrue(); i++) await ds.sleep(200)
        expect(isTrue()).toBe(true)
    }

    /** Waits until everything is delivered, then stops the uplink. */
    async delivered() {
        const { queue } = this
        await this.until(() => queue.length === 0 && queue.doubt.outcome === "known")
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

/** The number of a row's reading; if the row is not a reading, the name of its first input. */
export function numberIn(row: Row): string {
    const name = namesIn(row)[0]
    return name === NUMBER ? "" + valueIn(row, 0) : name
}
