import { DevtoolsLink } from "../../sim/bus/devtools-link"
import { jacdacBus } from "../../sim/bus/jacdac-bus"
import { wallClock } from "../../sim/clock"
import { serveLine } from "../../sim/line/jacdac-serial"
import type { SerialLine } from "../../sim/line/serial-line"

/** Attaches a line with its meters to the bus of DeviceScript's tools. @returns detaches it */
export function connectLine(line: SerialLine, say: (sentence: string) => void): () => Promise<void> {
    const link = new DevtoolsLink(wallClock, say)
    const bus = jacdacBus(wallClock, link.transport)
    const served = serveLine(bus, line)
    link.start()
    return async () => {
        link.stop()
        served.stop()
        await line.close()
        await bus.stop()
    }
}
