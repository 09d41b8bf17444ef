import type { Clock, Timer } from "../clock"
import type { TcpSocket } from "../tcp/tcp"
import { type GatewayHabits, HEARTBEAT_MS, STALL_MS, SWALLOW_MS } from "./gateway-habits"

const HEARTBEAT = "HEARTBEAT\r\n"
const REGISTRATION = "REG:0102030405060708\r\n"

/** A client's connection to a gateway, with the gateway's habits. */
export class GatewayConnection {
    private readonly openedAt: number
    private readonly swallows: boolean
    private stalledUntil = Number.NEGATIVE_INFINITY
    private heartbeat: Timer | undefined

    constructor(
        private readonly socket: TcpSocket,
        private readonly clock: Clock,
        private readonly habits: GatewayHabits,
    ) {
        this.openedAt = clock.now()
        this.swallows = habits.shows("swallows")
        if (habits.shows("registration")) socket.write(Buffer.from(REGISTRATION))
        socket.once("close", () => clock.clearTimeout(this.heartbeat))
        this.beat()
    }

    get isOpen(): boolean {
        return !this.socket.destroyed
    }

    /** Calls the listener with the client's data. */
    onData(listener: (bytes: Buffer) => void): void {
        this.socket.on("data", (bytes: Buffer) => {
            if (this.swallows && this.clock.now() - this.openedAt < SWALLOW_MS) return
            if (this.habits.shows("stalls")) this.stalledUntil = this.clock.now() + STALL_MS
            this.later(() => listener(bytes))
        })
    }

    write(bytes: Uint8Array): void {
        this.later(() => this.socket.write(Buffer.from(bytes)))
    }

    /** Acts now, or when a stall is over. */
    private later(act: () => void): void {
        const wait = this.stalledUntil - this.clock.now()
        const ifOpen = () => {
            if (this.isOpen) act()
        }
        if (wait <= 0) act()
        else this.clock.setTimeout(ifOpen, wait)
    }

    private beat(): void {
        this.heartbeat = this.clock.setTimeout(() => {
            if (!this.isOpen) return
            if (this.habits.shows("heartbeats")) this.write(Buffer.from(HEARTBEAT))
            this.beat()
        }, HEARTBEAT_MS)
    }
}
