import type { OpenBus } from "../../sim/bus/bus-port"
import { FrameTransport, jacdacBus } from "../../sim/bus/jacdac-bus"
import type { VirtualClock } from "../../sim/clock"
import type { BusConnection } from "../device/bus-connection"
import { Device } from "../device/device"
import { NoReply, NoServices } from "../device/errors"
import { storedLog } from "../device/log"
import { DeviceWatch } from "./device-watch"
import type { LivePage } from "./live-page"

/** Ends looking at a device. */
export type StopWatching = () => Promise<void>

/** Looks at a device whose bus is in this process. */
export async function watchSimulation(
    bus: OpenBus,
    clock: VirtualClock,
    page: LivePage,
): Promise<StopWatching> {
    const transport = new FrameTransport("live page", frame => member.send(frame))
    const member = bus.join(frame => transport.receive(frame))
    const own = jacdacBus(clock, transport)
    const device = await Device.find(own)
    await showLogBefore(device, page)
    const watch = new DeviceWatch(device, page)
    void watch.run()
    return async () => {
        watch.stop()
        member.leave()
        await own.stop()
    }
}

/** Looks at a device at the other end of a connection until that ends, and ends it. */
export async function watchConnection(
    connection: BusConnection,
    device: Device,
    page: LivePage,
): Promise<void> {
    await showLogBefore(device, page)
    const watch = new DeviceWatch(device, page)
    const watching = watch.run()
    await Promise.race([connection.closed, watching])
    watch.stop()
    await connection.close()
    page.silent("the connection to it has ended")
}

/** Shows the log that a device has kept from before. */
async function showLogBefore(device: Device, page: LivePage): Promise<void> {
    try {
        page.logBefore(await storedLog(device))
    } catch (error) {
        if (!(error instanceof NoReply || error instanceof NoServices)) throw error
        page.note("page", `the log from before cannot be read: ${error.message}`)
    }
}
