import { type Counters, newCounters } from "../../services/counters"
import { sleep, VirtualClock } from "../../sim/clock"
import { EmonCmsServer } from "../../sim/emoncms/server"
import { VirtualLine } from "../../sim/line/virtual-line"
import { heatPump } from "../../sim/meter/heat-pump"
import { virtualMeter } from "../../sim/meter/models"
import { Rig } from "../../sim/rig"
import type { Listener, TcpSocket } from "../../sim/tcp/tcp"
import { VirtualTcp } from "../../sim/tcp/virtual-tcp"
import type { LogLine } from "../../sim/vm/device"
import type { HeapUse } from "../../sim/vm/heap"
import type { Image } from "../image"
import { serialSettings } from "../wiring/serial-settings"
import { Account } from "./account"

const HOST = "emoncms.example"
const WEB_PORT = 80
const SERVER_PORT = 8080
const START = Date.UTC(2026, 0, 15)

/** How the host at the server's address answers requests. */
export type Answering = "server" | "page" | "long heads"

const PAGE_BYTES = 45_000
const HEAD_BYTES = 4_000

/**
 * For measuring the heap, in ms: the interval, the time limit for one measurement, and the interval at which it checks
 * whether garbage was collected.
 */
const LOOK_MS = 300_000
const LONGEST_LOOK_MS = 5000
const COLLECTED_MS = 25

/** How many lines of its log a house keeps: outages last for days. */
const KEPT_LINES = 1000

/** Maximum length of an outage that fills all room, and the interval at which it is checked for that, in s. */
const LONGEST_OUTAGE_S = 3 * 86400
const STEP_S = 300

/** Options of a house. */
export interface HouseOptions {
    /** Whether its device marks the instructions that the program reaches. */
    readonly marksReached?: boolean
    /** Whether it measures the heap now and then, by having all garbage collected at once for a moment. Default: true. */
    readonly looksAtHeap?: boolean
}

/**
 * A house for any wiring: the wired meters, the program as it is flashed, and an EmonCMS at an address where others can
 * answer instead.
 */
export class WiredHouse {
    readonly account: Account
    /** The least free heap that was measured, in bytes, not counting garbage. */
    leastFreeBytes = Number.POSITIVE_INFINITY
    answering: Answering = "server"
    /** The program's counters, taken from its log because not all wirings have the services. */
    counters: Readonly<Counters> = newCounters()
    private ended = false
    /** The listener at the server's address. */
    private web: Listener | undefined

    private constructor(
        readonly image: Image,
        readonly rig: Rig,
        private readonly tcp: VirtualTcp,
        server: EmonCmsServer,
    ) {
        this.account = new Account(image.wiring)
        server.onAccepted(point => this.account.accepted(point))
    }

    static async begin(
        image: Image,
        seed: number,
        { marksReached = false, looksAtHeap = true }: HouseOptions = {},
    ): Promise<WiredHouse> {
        const { wiring, bytecode, hardware } = image
        const clock = new VirtualClock(Number.POSITIVE_INFINITY, START, "work")
        const slaves = wiring.meters.map(({ facts, address }, i) =>
            virtualMeter(facts, {
                clock,
                address,
                load: heatPump(seed + i),
                energyWh: 1_000_000 * (i + 1),
                poweredSince: clock.now() - 10_000,
                seed: seed + i,
            }),
        )
        const line = new VirtualLine({ clock, slaves, seed, settings: serialSettings(wiring) })
        const server = new EmonCmsServer({ clock })
        const tcp = new VirtualTcp(clock)
        const device = { EMON_URL: `http://${HOST}`, EMON_KEY: server.writeKey, EMON_NODE: "house" }
        const rig = new Rig({
            clock,
            bytecode,
            hardware,
            line,
            settings: new Map(Object.entries(device)),
            network: tcp,
            countsSteps: true,
            marksReached,
            onLog: entry => house.hear(entry),
            keptLines: KEPT_LINES,
            behind: [server],
        })
        const house: WiredHouse = new WiredHouse(image, rig, tcp, server)
        await tcp.listen({ host: HOST, port: SERVER_PORT }, socket => server.connect(socket))
        await house.goOnline()
        await rig.start()
        if (looksAtHeap) void house.watch()
        return house
    }

    /** Lets time pass until the device has delivered everything except what waits for the next upload. */
    async deliver(limitSeconds: number): Promise<void> {
        const { meters, pollSeconds, uploadSeconds } = this.image.wiring
        const usual = meters.length * (Math.ceil(uploadSeconds / pollSeconds) + 1)
        const { clock } = this.rig
        const end = clock.now() + limitSeconds * 1000
        do await this.rig.pass(60)
        while (this.counters.queued > usual && clock.now() < end)
        await this.rig.pass(2 * uploadSeconds + 10)
    }

    /** Lets time pass until {@link counters} includes exactly the readings that were logged, but not for long. */
    async counted(): Promise<void> {
        const { rig, account } = this
        await rig.within(LONGEST_COUNT_S, () => this.counters.readings === account.taken, LOOK_COUNT_S)
    }

    /** Makes the server unreachable for a while. */
    async outage(seconds: number): Promise<void> {
        const end = await this.goOffline()
        await this.rig.pass(seconds)
        await end()
    }

    /**
     * Makes the server unreachable until readings are given up for lack of room, for at most three days, and then for
     * `seconds` more.
     */
    async outageUntilFull(seconds: number): Promise<void> {
        const end = await this.goOffline()
        const givenUp = () => this.counters.thinned + this.counters.dropped
        const before = givenUp()
        await this.rig.within(LONGEST_OUTAGE_S, () => givenUp() !== before, STEP_S)
        await this.rig.pass(seconds)
        await end()
    }

    async end(): Promise<void> {
        this.ended = true
        await this.rig.end()
    }

    private async goOnline(): Promise<void> {
        this.web = await this.tcp.listen({ host: HOST, port: WEB_PORT }, socket => this.answer(socket))
    }

    /**
     * Takes down the network or, if the meters are behind a gateway in it, only the listener at the server's address.
     * @returns a function that ends the outage
     */
    private async goOffline(): Promise<() => Promise<void>> {
        if (this.image.wiring.line.driver === "tcp") {
            await this.web?.close()
            return () => this.goOnline()
        }
        const end = this.tcp.interrupt("unreachable")
        return async () => end()
    }

    private hear({ level, text, time }: LogLine): void {
        if (level === "info") this.account.told(text, time)
        else if (text.startsWith(COUNTERS)) this.counters = JSON.parse(text.slice(COUNTERS.length))
    }

    private answer(socket: TcpSocket): void {
        socket.on("error", () => socket.destroy())
        if (this.answering === "page") {
            socket.on("data", (request: Buffer) => {
                const head = `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${PAGE_BYTES}\r\n\r\n`
                const body = request.toString("latin1").startsWith("HEAD ")
                    ? ""
                    : "<html>".padEnd(PAGE_BYTES, "x")
                socket.end(head + body)
            })
            return
        }
        const up = this.tcp.connect({ host: HOST, port: SERVER_PORT })
        up.on("error", () => socket.destroy())
        socket.on("data", (bytes: Buffer) => up.write(bytes))
        socket.on("end", () => up.end())
        up.on("data", (bytes: Buffer) =>
            socket.write(this.answering === "long heads" ? withLongHead(bytes) : bytes),
        )
        up.on("end", () => socket.end())
    }

    /** Measures how much of the heap is really free, while every allocation collects garbage first. */
    private async watch(): Promise<void> {
        const {
            clock,
            simulation: { device },
        } = this.rig
        while (!this.ended) {
            await sleep(clock, LOOK_MS)
            const before = device.heap()
            if (this.ended || !before) continue
            device.collectAlways(true)
            let heap: HeapUse | undefined
            // Garbage is collected only when something is allocated.
            for (let ms = 0; ms < LONGEST_LOOK_MS && !this.ended; ms += COLLECTED_MS) {
                await sleep(clock, COLLECTED_MS)
                heap = device.heap()
                if (heap?.used !== before.used) break
            }
            if (heap) this.leastFreeBytes = Math.min(this.leastFreeBytes, heap.size - heap.used)
            if (!this.ended && device.heap()) device.collectAlways(false)
        }
    }
}

/** How long the counters can take to be those of a moment, and how often they are looked at, in s. */
const LONGEST_COUNT_S = 10
const LOOK_COUNT_S = 0.05

/** Beginning of the log lines with counters. */
const COUNTERS = "counters: "

/** Inserts headers after the status line, as a proxy does. */
function withLongHead(bytes: Buffer): Buffer {
    const text = bytes.toString("latin1")
    const end = text.indexOf("\r\n")
    if (!text.startsWith("HTTP/1.") || end < 0) return bytes
    const lines: string[] = []
    for (let length = 0; length < HEAD_BYTES - 400; length += 100)
        lines.push(`X-Policy-${length}: `.padEnd(98, "p"))
    return Buffer.from(`${text.slice(0, end)}\r\n${lines.join("\r\n")}${text.slice(end)}`, "latin1")
}
