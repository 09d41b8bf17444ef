import { createServer, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { sleep, VirtualClock } from "../../../sim/clock"
import { Device, type LogLine } from "../../../sim/vm/device"
import { compileProgram } from "../../../tools/compile/compile"

/** A function of a device program that does jobs, as `serveJobs` does. */
export interface JobServer {
    /** Folder and file, relative to `test/device`, without extension. */
    readonly module: string
    readonly name: string
}

interface Pending<Job, Outcome> {
    readonly job: Job
    readonly resolve: (outcome: Outcome) => void
    readonly reject: (error: Error) => void
}

/** How many times faster than real time the device runs. Slow enough that a busy machine does not look like a silent peer. */
const SPEED = 20

/** How many bytes the device gets at once, and how many ms to read them. It closes the connection if unread bytes pile up. */
const PIECE = 1000
const PIECE_MS = 100

/** A simulated device that does jobs on demand. */
export class JobDevice<Job, Outcome> {
    readonly log: LogLine[] = []
    private readonly waiting: Pending<Job, Outcome>[] = []
    private running: Pending<Job, Outcome> | undefined

    private constructor(
        readonly device: Device,
        readonly clock: VirtualClock,
        private readonly control: Server,
    ) {}

    /** @param speed how many times faster than real time the device's clock runs */
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
        const device = new Device({
            clock,
            onLog: line => jobs.log.push(line),
            onProgramStop: code => jobs.fail(code),
        })
        const jobs = new JobDevice<Job, Outcome>(device, clock, control)
        control.on("request", (request, response) => {
            const chunks: Buffer[] = []
            request.on("data", chunk => chunks.push(chunk))
            request.on("end", () => {
                void sendSlowly(response, request.url === "/job" ? jobs.nextJob() : "", clock)
                if (request.url === "/outcome")
                    jobs.running?.resolve(JSON.parse(Buffer.concat(chunks).toString()))
            })
        })
        await device.powerOn()
        device.deploy(bytecode)
        return jobs
    }

    /** Rejects when the program stops before the job is done. */
    do(job: Job): Promise<Outcome> {
        return new Promise((resolve, reject) => this.waiting.push({ job, resolve, reject }))
    }

    /** Log lines that say that the program has stopped. */
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
        this.running = this.waiting.shift()
        return this.running ? JSON.stringify(this.running.job) : ""
    }

    private fail(code: number): void {
        const said = this.log.slice(-8).map(line => line.text)
        for (const { reject } of [...this.waiting.splice(0), ...(this.running ? [this.running] : [])])
            reject(new Error(`The program stopped (code ${code}):\n${said.join("\n")}`))
        this.running = undefined
    }
}

async function sendSlowly(response: ServerResponse, text: string, clock: VirtualClock): Promise<void> {
    for (let at = 0; at < text.length; at += PIECE) {
        response.write(text.slice(at, at + PIECE))
        await sleep(clock, PIECE_MS)
    }
    response.end()
}
