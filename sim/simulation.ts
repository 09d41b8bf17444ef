import type { JDBus } from "jacdac-ts"
import type { VirtualClock } from "./clock"
import { FrameTransport, jacdacBus } from "./line/jacdac-bus"
import { type ServedLine, serveLine } from "./line/jacdac-serial"
import type { SerialLine } from "./line/serial-line"
import { Device, type LogLine } from "./vm/device"
import type { Flash } from "./vm/flash"
import { provision } from "./vm/provision"

/** The program's own counters, as its console shows them. */
export interface Counters {
    readings: number
    accepted: number
    queued: number
    dropped: number
    lineErrors: number
    uploadErrors: number
    requests: number
    bytesSent: number
}

export interface SimulationOptions {
    readonly clock: VirtualClock
    readonly bytecode: Uint8Array
    /** The line that the program's `ds.Serial` role finds. */
    readonly line: SerialLine
    /** What is written into the device's settings before the program starts, by key. */
    readonly settings: ReadonlyMap<string, unknown>
    readonly flash?: Flash
    readonly onLog?: (line: LogLine) => void
    /** The program ended: 0 for a restart of its own, else the code of a panic. */
    readonly onProgramStop?: (code: number) => void
}

const DEVICE_ID = "e3015c2109a40016"
const COUNTERS = "counters: "

/** A device with the program on it, and a serial line at its Jacdac bus, in one process and on one clock. */
export class Simulation {
    counters: Counters = {
        readings: 0,
        accepted: 0,
        queued: 0,
        dropped: 0,
        lineErrors: 0,
        uploadErrors: 0,
        requests: 0,
        bytesSent: 0,
    }
    readonly device: Device
    private readonly bus: JDBus
    private served: ServedLine | undefined

    constructor(private readonly options: SimulationOptions) {
        const { clock, flash, onProgramStop } = options
        const transport = new FrameTransport("device", frame => this.device.receive(frame))
        this.device = new Device({
            clock,
            flash,
            id: DEVICE_ID,
            onLog: line => this.log(line),
            onFrame: frame => transport.receive(frame),
            onProgramStop,
        })
        this.bus = jacdacBus(clock, transport)
    }

    /** Powers the device on, writes the settings, and starts the program. */
    async start(): Promise<void> {
        const { bus, device } = this
        const { clock, line, settings, bytecode } = this.options
        this.served = serveLine(bus, line)
        await device.powerOn()
        await provision(bus, clock, DEVICE_ID, settings)
        device.deploy(bytecode)
    }

    /** Takes everything down; the line stays as it is. */
    async stop(): Promise<void> {
        this.device.powerOff()
        this.served?.stop()
        await this.bus.stop()
    }

    private log(line: LogLine): void {
        if (line.text.startsWith(COUNTERS)) this.counters = parseCounters(line.text)
        else this.options.onLog?.(line)
    }
}

function parseCounters(text: string): Counters {
    const pairs = [...text.slice(COUNTERS.length).matchAll(/(\w+) (\d+)/g)]
    return Object.fromEntries(pairs.map(([, name, value]) => [name, Number(value)])) as unknown as Counters
}
