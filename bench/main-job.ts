import { meterSource } from "../cli/start/meter-source"
import { VirtualClock } from "../sim/clock"
import { EmonCmsServer } from "../sim/emoncms/server"
import { Rig } from "../sim/rig"
import type { LogLine } from "../sim/vm/device"
import type { HeapUse } from "../sim/vm/heap"
import type { Image } from "../tools/image"
import { SettableClock } from "./settable-clock"

/** The same day for every run. */
const START = Date.UTC(2026, 0, 15)

/** Write key of the stand-in: 32 digits, like every key. */
const KEY = "0123456789abcdef0123456789abcdef"
const NODE = "emonscript"

/** How often the heap is looked at. */
const LOOKS_PER_SECOND = 10

/** Runs the program between a virtual PZEM-016 and the stand-in for EmonCMS, as fast as the machine can. */
export class MainJob {
    private constructor(
        readonly rig: Rig,
        /** The server's clock. */
        readonly serverClock: SettableClock,
        readonly server: EmonCmsServer,
        /** Where the program uploads to. */
        readonly account: { readonly url: URL; readonly node: string; readonly apikey: string },
    ) {}

    /**
     * Starts everything.
     * @param image the program, or one that wraps it
     * @param settings additional settings for the device
     * @param onLog called with each line that the device logs
     */
    static async start(
        image: Image,
        settings: Readonly<Record<string, unknown>> = {},
        onLog?: (line: LogLine) => void,
    ): Promise<MainJob> {
        const clock = new VirtualClock(Number.POSITIVE_INFINITY, START)
        const serverClock = new SettableClock(clock)
        const server = new EmonCmsServer({ clock: serverClock, writeKey: KEY })
        const { url } = await server.listen()
        const { line } = await meterSource({}, image.wiring, clock)
        const account = { url: new URL(url), node: NODE, apikey: KEY }
        const rig = new Rig({
            clock,
            bytecode: image.bytecode,
            hardware: image.hardware,
            line,
            settings: new Map(Object.entries({ EMON_URL: url, EMON_KEY: KEY, EMON_NODE: NODE, ...settings })),
            onLog,
            behind: [server],
        })
        await rig.start()
        return new MainJob(rig, serverClock, server, account)
    }

    /** Takes the server away for this many seconds of virtual time. */
    async outage(seconds: number): Promise<void> {
        await this.server.close()
        await this.rig.pass(seconds)
        await this.server.listen(Number(this.account.url.port))
    }

    /** Bytes of heap that the program really holds when it is idle, just after an upload. */
    async liveHeap(): Promise<number> {
        await this.nextUpload()
        await this.rig.pass(1)
        return (await this.idleHeap()).used
    }

    /**
     * The heap as the program holds it when it is idle.
     *
     * Until the next collection the heap also holds garbage. So for a while every allocation collects garbage first, and the
     * sample with the lowest use counts.
     * @param seconds how long to take samples; something must be allocated in this time
     */
    async idleHeap(seconds = 2): Promise<HeapUse> {
        const { device } = this.rig.simulation
        device.collectAlways(true)
        let lowest: HeapUse | undefined
        for (let look = 0; look < seconds * LOOKS_PER_SECOND; look++) {
            await this.rig.pass(1 / LOOKS_PER_SECOND)
            const heap = device.heap()
            if (heap && heap.used < (lowest?.used ?? heap.size)) lowest = heap
        }
        device.collectAlways(false)
        if (!lowest) throw new Error("the program has stopped")
        return lowest
    }

    stop(): Promise<void> {
        return this.rig.end()
    }

    private async nextUpload(): Promise<void> {
        const { accepted } = this.rig.counters
        while (this.rig.counters.accepted === accepted) await this.rig.pass(1)
    }
}
