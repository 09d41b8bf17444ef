import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { VirtualClock } from "../../../sim/clock"
import { Device, type LogLine } from "../../../sim/vm/device"
import { compileProgram } from "../../../tools/compile/compile"

/** How long the parts of an exchange may take, in ms of the device's time. */
export interface Deadlines {
    turnMs: number
    connectMs: number
    sendMs: number
    firstByteMs: number
    replyMs: number
}

export const PATIENT: Deadlines = {
    turnMs: 5000,
    connectMs: 5000,
    sendMs: 1000,
    firstByteMs: 5000,
    replyMs: 8000,
}

export interface Job {
    url: string
    method?: "GET" | "POST"
    path?: string
    headers?: string[]
    body?: string
    within?: Partial<Deadlines>
}

/** How a request ended on the device: with a reply, or with an error. */
export interface Outcome {
    status?: number
    date?: string
    body?: string
    error?: string
    message?: string
    phase?: string | null
    /** Duration on the device's clock. */
    ms: number
}

/** Twenty times faster than the wall: slow enough that a busy machine does not look like a silent peer. */
const SPEED = 20

/** A simulated device that makes HTTP requests on demand, with the program's own client. */
export class Probe {
    readonly log: LogLine[] = []
    private readonly waiting: { job: Job; resolve: (outcome: Outcome) => void }[] = []
    private running: ((outcome: Outcome) => void) | undefined

    private constructor(
        readonly device: Device,
        private readonly control: Server,
        private readonly clock: VirtualClock,
    ) {}

    static async start(): Promise<Probe> {
        const control = createServer()
        await new Promise<void>(resolve => control.listen(0, "127.0.0.1", resolve))
        const { port } = control.address() as AddressInfo
        const entry = "test/device/net/probe-main.ts"
        const overrides = { [entry]: `import { probe } from "./probe"\nawait probe(${port})\n` }
        const { bytecode } = await compileProgram({ entry, target: "simulator", overrides })
        const clock = new VirtualClock(SPEED)
        const device = new Device({ clock, onLog: line => probe.log.push(line) })
        const probe = new Probe(device, control, clock)
        control.on("request", (request, response) => {
            const chunks: Buffer[] = []
            request.on("data", chunk => chunks.push(chunk))
            request.on("end", () => {
                response.end(request.url === "/job" ? probe.nextJob() : "")
                if (request.url === "/outcome") probe.running?.(JSON.parse(Buffer.concat(chunks).toString()))
            })
        })
        await device.powerOn()
        device.deploy(bytecode)
        return probe
    }

    request(job: Job): Promise<Outcome> {
        return new Promise(resolve => this.waiting.push({ job, resolve }))
    }

    /** Lines that say that the program has stopped. */
    panics(): string[] {
        return this.log.map(line => line.text).filter(text => /panic|exception/i.test(text))
    }

    async stop(): Promise<void> {
        this.device.powerOff()
        this.clock.stop()
        await new Promise(resolve => this.control.close(resolve))
    }

    private nextJob(): string {
        const next = this.waiting.shift()
        if (!next) return ""
        this.running = next.resolve
        const { url, method = "GET", path = "/", headers = [], body, within } = next.job
        return JSON.stringify({ url, method, path, headers, body, within: { ...PATIENT, ...within } })
    }
}
