import type { OpenBus } from "../../sim/bus/bus-port"
import { FrameTransport, jacdacBus } from "../../sim/bus/jacdac-bus"
import type { VirtualClock } from "../../sim/clock"
import { Device } from "../device/device"
import { NoReply, NoServices } from "../device/errors"
import { storedLog } from "../device/log"
import { DeviceWatch } from "./device-watch"
import type { LivePage } from "./live-page"

/** Ends looking at a device. */
export type StopWatching = () => Promise<void>

/** Looks at a device whose bus is in this process. */
export async function watchSimulation(bus: OpenBus, clock: VirtualClock, page: LivePage): Promise<StopWatching> {
    const transport = new FrameTransport("live page", frame => member.send(frame))
    const member = bus.join(frame => transport.receive(frame))
    const own = jacdacBus(clock, transport)
    const device = await Device.find(own)
    const watch = new DeviceWatch(device, page)
    const watching = watch.run()
    return async () => {
        watch.stop()
        member.leave()
        await own.stop()
        await watching
    }
}

/** Shows the log that a device has kept from before. */
export async function showLogBefore(device: Device, page: LivePage): Promise<void> {
    try {
        page.logBefore(await storedLog(device))
    } catch (error) {
        if (!(error instanceof NoReply || error instanceof NoServices)) throw error
        page.note("page", `the log from before cannot be read: ${error.message}`)
    }
}
