import type { Socket } from "node:net"
import type { Clock, Timer } from "../../clock"
import type { WebServer } from "./web-server"

/** Events on a connection that concern its owner. */
export interface ConnectionEvents {
    /** Bytes came in. */
    received(count: number): void
    /** The head of a request is taking too long. */
    headStalled(): void
}

/** One client connection, with the time limit of its current state. */
export class Connection {
    /** Requests begun so far. */
    requests = 0
    private state: "idle" | "head" | "request" = "head"
    private timer: Timer | undefined

    constructor(
        readonly socket: Socket,
        private readonly clock: Clock,
        private readonly webServer: WebServer,
        private readonly events: ConnectionEvents,
    ) {
        this.awaitHead()
        socket.on("data", (bytes: Buffer) => {
            events.received(bytes.length)
            if (this.state === "idle") this.awaitHead()
        })
        socket.on("close", () => this.clock.clearTimeout(this.timer))
    }

    /** Whether a request is being read or answered. */
    get busy(): boolean {
        return this.state === "request"
    }

    /** Called when the head of a request is complete. */
    beginRequest(): void {
        this.requests++
        this.state = "request"
        this.clock.clearTimeout(this.timer)
    }

    /** Called when the reply is sent and the connection stays open. */
    endRequest(): void {
        this.state = "idle"
        this.limit(this.webServer.idleMs, () => this.socket.end())
    }

    /** Runs an action after `ms`, unless the state changes first, or another limit is set. */
    limit(ms: number, action: () => void): void {
        this.clock.clearTimeout(this.timer)
        this.timer = this.clock.setTimeout(action, ms)
    }

    private awaitHead(): void {
        this.state = "head"
        this.limit(this.webServer.headMs, () => this.events.headStalled())
    }
}
