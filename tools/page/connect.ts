import type { JDBus } from "jacdac-ts"
import type { OpenBus } from "../../sim/bus/bus-port"
import { FrameTransport, jacdacBus } from "../../sim/bus/jacdac-bus"
import type { VirtualClock } from "../../sim/clock"
import { Device } from "../device/device"
import { storedLog } from "../device/log"
import { DeviceWatch, type Watcher } from "./device-watch"
import type { LivePage } from "./live-page"

/** Stops watching a device. */
export type StopWatching = () => Promise<void>

/** Watches a device whose bus is in this process. */
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
    watch.run().catch((error: Error) => watcher.silent(error.message))
    return async () => {
        watch.stop()
        member.leave()
        await own.stop()
    }
}

/** A connection to a device's bus, which may break. */
export interface Connection {
    readonly bus: JDBus
    /** Resolves when the connection is closed. */
    readonly closed: Promise<unknown>
    close(): Promise<void>
}

/** Watches a device until the connection breaks, then closes the connection. */
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
 * How long a program has to read its settings on start-up, in s, before the tool reads any. If both ask for the same setting
 * at the same time, the platform stops the program (`actionReport` resumes a fiber that does not wait).
 */
const SETTLED_S = 20

/** Reads once the log that a device has kept from before. */
class LogBefore {
    private isRead = false

    constructor(
        private readonly device: Device,
        private readonly page: LivePage,
    ) {}

    /** @param seconds for how long the program has been running */
    programRuns(seconds: number): void {
        if (this.isRead || seconds < SETTLED_S) return
        this.isRead = true
        storedLog(this.device).then(
            stored => this.page.logBefore(stored),
            (error: Error) => this.page.note("page", `the earlier log cannot be read: ${error.message}`),
        )
    }
}
