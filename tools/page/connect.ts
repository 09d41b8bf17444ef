import type { JDBus } from "jacdac-ts"
import type { OpenBus } from "../../sim/bus/bus-port"
import { FrameTransport, jacdacBus } from "../../sim/bus/jacdac-bus"
import type { VirtualClock } from "../../sim/clock"
import { Device } from "../device/device"
import { NoReply, NoServices } from "../device/errors"
import { storedLog } from "../device/log"
import { DeviceWatch, type Watcher } from "./device-watch"
import type { LivePage } from "./live-page"

/** Ends looking at a device. */
export type StopWatching = () => Promise<void>

/** Looks at a device whose bus is in this process. */
export async function watchSimulation(
    bus: OpenBus,
    clock: VirtualClock,
    watcher: Watcher,
): Promise<StopWatching> {
    const transport = new FrameTransport("live page", frame => member.send(frame))
    const member = bus.join(frame => transport.receive(frame))
    const own = jacdacBus(clock, transport)
    const device = await Device.find(own)
    const watch = new DeviceWatch(device, watcher)
    void watch.run()
    return async () => {
        watch.stop()
        member.leave()
        await own.stop()
    }
}

/** A way to the bus of a device that may end. */
export interface Connection {
    readonly bus: JDBus
    /** Resolves when it is over. */
    readonly closed: Promise<unknown>
    close(): Promise<void>
}

/** Looks at a device at the other end of a connection until that ends, and ends it. */
export async function watchConnection(connection: Connection, device: Device, page: LivePage): Promise<void> {
    const log = new LogBefore(device, page)
    const watch = new DeviceWatch(device, {
        meters: names => page.meters(names),
        sample: (meter, values) => page.sample(meter, values),
        record: (source, entry) => page.record(source, entry),
        silent: reason => page.silent(reason),
        work(work) {
            page.work(work)
            log.programRuns(work.start.ago)
        },
    })
    const watching = watch.run()
    await Promise.race([connection.closed, watching])
    watch.stop()
    await connection.close()
    page.silent("the connection to the device has ended")
}

/**
 * A program reads its settings when it starts. Who asks for the same setting at the same time makes the platform stop the
 * program (`actionReport` resumes a fiber that does not wait), so it gets so much time, in s.
 */
const SETTLED_S = 20

/** The log that a device has kept from before, read once. */
class LogBefore {
    private isRead = false

    constructor(
        private readonly device: Device,
        private readonly page: LivePage,
    ) {}

    /** @param seconds for how long the program has run */
    programRuns(seconds: number): void {
        if (this.isRead || seconds < SETTLED_S) return
        this.isRead = true
        storedLog(this.device).then(
            stored => this.page.logBefore(stored),
            (error: Error) => {
                if (!(error instanceof NoReply || error instanceof NoServices)) throw error
                this.page.note("page", `the log from before cannot be read: ${error.message}`)
            },
        )
    }
}
