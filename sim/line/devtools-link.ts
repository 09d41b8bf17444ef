import { createConnection, type Socket } from "node:net"
import type { Clock, Timer } from "../clock"
import { FrameTransport } from "./jacdac-bus"

/** Where `devs devtools` takes Jacdac devices; the port is fixed in the DeviceScript CLI. */
const HOST = "127.0.0.1"
export const DEVTOOLS_PORT = 8082

const RETRY_MS = 1000

/** Longest frame with a one-byte length. Jacdac's own limit is lower. */
const MAX_FRAME = 254

/**
 * A place on the Jacdac bus of `devs devtools`, on which VS Code's simulator is another. Each frame travels with
 * its length in one byte before it. The link comes up when devtools does, also after a restart.
 */
export class DevtoolsLink {
    readonly transport = new FrameTransport("devtools", frame => this.send(frame))
    private socket: Socket | undefined
    private retry: Timer | undefined
    private absent = false
    private stopped = false

    /** @param say takes a sentence for the user when the link comes or goes */
    constructor(
        private readonly clock: Clock,
        private readonly say: (sentence: string) => void,
        private readonly port = DEVTOOLS_PORT,
    ) {}

    start(): void {
        const socket = createConnection(this.port, HOST)
        socket.setNoDelay(true)
        let rest: Buffer = Buffer.alloc(0)
        let reason = "it ended the connection"
        socket.on("connect", () => {
            this.absent = false
            this.say(`Connected to devtools at ${HOST}:${this.port}.`)
        })
        socket.on("data", bytes => {
            rest = this.receive(Buffer.concat([rest, bytes]))
        })
        socket.on("error", error => {
            reason = error.message
        })
        socket.on("close", () => {
            if (this.stopped) return
            if (!this.absent) this.say(`No devtools: ${reason}. Waiting for it.`)
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
        if (frame.length > MAX_FRAME) throw new RangeError(`A Jacdac frame of ${frame.length} bytes`)
        if (this.socket?.readyState === "open") this.socket.write(Uint8Array.from([frame.length, ...frame]))
    }

    /** Hands whole frames to the bus and returns what is left. */
    private receive(bytes: Buffer): Buffer {
        let at = 0
        while (at < bytes.length && at + 1 + bytes[at]! <= bytes.length) {
            const end = at + 1 + bytes[at]!
            this.transport.receive(Uint8Array.from(bytes.subarray(at + 1, end)))
            at = end
        }
        return bytes.subarray(at)
    }
}
