import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { VirtualClock } from "../../../sim/clock"
import { Device, type LogLine } from "../../../sim/vm/device"
import { compileProgram } from "../../../tools/compile/compile"

/** A function of a device program that does jobs, as `serveJobs` does. */
export interface JobServer {
    /** Folder and file, relative to `test/device`, without extension. */
    readonly module: string
    readonly name: string
}

/** So many times faster than the wall, slow enough that a busy machine does not look like a silent peer. */
const SPEED = 20

/** A simulated device that does jobs on demand. */
export class JobDevice<Job, Outcome> {
    readonly log: LogLine[] = []
    private readonly waiting: { job: Job; resolve: (outcome: Outcome) => void }[] = []
    private running: ((outcome: Outcome) => void) | undefined

    private constructor(
        readonly device: Device,
        readonly clock: VirtualClock,
        private readonly control: Server,
    ) {}

    /** @param speed how many times faster than the wall the device's clock runs */
    static async start<Job, Outcome>(
        { module, name }: JobServer,
        speed = SPEED,
    ): Promise<JobDevice<Job, Outcome>> {
        const control = createServer()
        await new Promise<void>(resolve => control.listen(0, "127.0.0.1", resolve))
        const { port } = control.address() as AddressInfo
        const entry = "test/device/job-device.ts"
        const overrides = { [entry]: `import { ${name} } from "./${module}"\nawait ${name}(${port})\n` }
        const { bytecode } = await compileProgram({ entry, target: "simulator", overrides })

        const clock = new VirtualClock(speed)
        const device = new Device({ clock, onLog: line => jobs.log.push(line) })
        const jobs = new JobDevice<Job, Outcome>(device, clock, control)
        control.on("request", (request, response) => {
            const chunks: Buffer[] = []
            request.on("data", chunk => chunks.push(chunk))
            request.on("end", () => {
                response.end(request.url === "/job" ? jobs.nextJob() : "")
                if (request.url === "/outcome") jobs.running?.(JSON.parse(Buffer.concat(chunks).toString()))
            })
        })
        await device.powerOn()
        device.deploy(bytecode)
        return jobs
    }

    do(job: Job): Promise<Outcome> {
        return new Promise(resolve => this.waiting.push({ job, resolve }))
    }

    /** Lines that say that the program has stopped. */
    panics(): string[] {
        return this.log.map(line => line.text).filter(text => /panic|exception/i.test(text))
    }

    async stop(): Promise<void> {
        this.device.powerOff()
        this.clock.stop()
        const closed = new Promise(resolve => this.control.close(resolve))
        this.control.closeAllConnections()
        await closed
    }

    private nextJob(): string {
        const next = this.waiting.shift()
        if (!next) return ""
        this.running = next.resolve
        return JSON.stringify(next.job)
    }
}
