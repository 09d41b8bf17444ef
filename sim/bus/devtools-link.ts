import { createConnection, type Socket } from "node:net"
import type { Clock, Timer } from "../clock"
import { FrameReader, framed } from "./framing"
import { FrameTransport } from "./jacdac-bus"

/** Where `devs devtools` accepts Jacdac devices. The port is fixed in the DeviceScript CLI. */
const HOST = "127.0.0.1"
export const DEVTOOLS_PORT = 8082

const RETRY_MS = 1000

/**
 * A member of the Jacdac bus of `devs devtools`, like VS Code's simulator. Each frame travels with its length in one byte
 * before it. The link comes up whenever devtools runs, also after it was restarted.
 */
export class DevtoolsLink {
    readonly transport = new FrameTransport("devtools", frame => this.send(frame))
    private socket: Socket | undefined
    private retry: Timer | undefined
    private absent = false
    private stopped = false

    /** @param say gets a sentence for the user when the link comes up or goes down */
    constructor(
        private readonly clock: Clock,
        private readonly say: (sentence: string) => void,
        private readonly port = DEVTOOLS_PORT,
    ) {}

    start(): void {
        const socket = createConnection(this.port, HOST)
        socket.setNoDelay(true)
        const reader = new FrameReader(frame => this.transport.receive(frame))
        let reason = "it closed the connection"
        socket.on("connect", () => {
            this.absent = false
            this.say(`Connected to devtools at ${HOST}:${this.port}.`)
        })
        socket.on("data", bytes => reader.read(bytes))
        socket.on("error", error => {
            reason = error.message
        })
        socket.on("close", () => {
            if (this.stopped) return
            if (!this.absent) this.say(`No connection to devtools: ${reason}. Trying again until it runs.`)
            this.absent = true
            this.retry = this.clock.setTimeout(() => this.start(), RETRY_MS)
        })
        this.socket = socket
    }

    stop(): void {
        this.stopped = true
        this.clock.clearTimeout(this.retry)
        this.socket?.destroy()
    }

    private send(frame: Uint8Array): void {
        const bytes = framed(frame)
        if (this.socket?.readyState === "open") this.socket.write(bytes)
    }
}
