import * as ds from "@devicescript/core"
import type { Connection } from "../../net/connection"
import type { SocketOwner } from "../../net/socket"
import { SocketError } from "../../net/socket-errors"
import { type Port, PortError } from "./port"
import { KeptConnection } from "./tcp-serial/kept-connection"
import { ModbusTcp } from "./tcp-serial/modbus-tcp"
import type { GatewayProtocol } from "./tcp-serial/protocol"
import { RtuOverTcp } from "./tcp-serial/rtu-over-tcp"

/** Time for network and gateway on top of the line's own time, in ms: WiFi, the wire, the gateway's own pauses. */
const GATEWAY_MS = 500

const SEND_MS = 1000

/** How much later an answer can come over a network, in ms: WiFi stalls for up to 2.5 s. */
const STALL_MS = 2000

/**
 * Rests after a connection is made, in ms: some gateways swallow bytes that come sooner. If a connection brings no answer,
 * the next one is made with the next rest. A rest that brought an answer is kept.
 */
const CONNECT_RESTS_MS = [0, 300, 1100, 2200]

/**
 * How long after an answer a gateway that hangs up without one counts as working, in ms. Some hang up when a unit is silent.
 * A gateway that has another client hangs up on all requests.
 */
const PROOF_MS = 60000

export interface TcpSerialOptions {
    /** Name or address of the gateway. */
    readonly host: string
    readonly port: number
    /** `modbus-tcp` for a gateway that understands Modbus, `rtu-over-tcp` for one that only passes bytes on. */
    readonly mode: "modbus-tcp" | "rtu-over-tcp"
    /** Rest after a connection is made, in ms; found by trial if omitted. */
    readonly connectDelayMs?: number
}

/**
 * A line behind a gateway in the network. Speed and stop bits are set in the gateway.
 *
 * The device has one socket, which this port shares with the uploads; see {@link KeptConnection}. An exchange that
 * begins during an upload waits until it ends.
 */
export class TcpSerial implements Port {
    readonly name: string
    readonly patienceMs = STALL_MS
    private readonly protocol: GatewayProtocol
    private readonly connectDelayMs: number | undefined
    private readonly gateway: KeptConnection
    /** Index in {@link CONNECT_RESTS_MS}. */
    private rest = 0
    /** Somebody has answered over this connection. */
    private isProven = true
    /** `ds.millis()` of the latest answer. */
    private answeredAt = -Infinity

    constructor({ host, port, mode, connectDelayMs }: TcpSerialOptions, sockets: SocketOwner) {
        this.connectDelayMs = connectDelayMs
        this.name = mode
        this.protocol = mode === "modbus-tcp" ? new ModbusTcp() : new RtuOverTcp()
        this.gateway = new KeptConnection(sockets, { host, port, tls: false })
    }

    /** Nothing to do: the port takes the socket only when it needs it. */
    async open(): Promise<void> {}

    async exchange(
        request: Buffer,
        timeoutMs: number,
        complete: (received: Buffer) => boolean,
    ): Promise<Buffer> {
        const { gateway } = this
        gateway.hold()
        let received: Buffer
        try {
            received = await this.converse(request, timeoutMs, complete)
            gateway.release()
        } catch (e) {
            gateway.close()
            if (this.isSilence(e as Error)) return Buffer.alloc(0)
            throw this.named(e as Error)
        }
        const complaint = received.length === 0 ? this.protocol.complaint() : undefined
        if (complaint) throw complaint
        return received
    }

    async drain(silenceMs: number, limitMs: number): Promise<number> {
        const { gateway } = this
        const connection = gateway.current()
        if (!connection) return 0
        gateway.hold()
        const until = ds.millis() + limitMs
        let drained = 0
        try {
            for (;;) {
                const data = await connection.recv(Math.min(silenceMs, until - ds.millis()))
                if (!data) break
                drained += data.length
            }
            gateway.release()
            return drained
        } catch (e) {
            gateway.close()
            throw this.named(e as Error)
        }
    }

    private async converse(
        request: Buffer,
        timeoutMs: number,
        complete: (received: Buffer) => boolean,
    ): Promise<Buffer> {
        const { protocol } = this
        const connection = await this.connected()
        await connection.send(protocol.begin(request), SEND_MS)
        const until = ds.millis() + GATEWAY_MS + timeoutMs
        for (;;) {
            const data = await connection.recv(until - ds.millis())
            if (data === null) throw new SocketError(connection.to, "reply", "ClosedByPeer")
            if (data !== undefined) protocol.hear(data)
            const received = protocol.received()
            if (protocol.isOver() || complete(received)) {
                this.isProven = true
                this.answeredAt = ds.millis()
                return received
            }
            if (data === undefined) return received
        }
    }

    /** The kept connection, its stale bytes discarded, or a new one. */
    private async connected(): Promise<Connection> {
        const { gateway } = this
        const kept = gateway.current()
        if (kept) {
            for (let stale = await kept.recv(0, "turn"); stale; stale = await kept.recv(0, "turn"));
            if (kept.isOpen()) return kept
        }
        if (!this.isProven) this.rest = (this.rest + 1) % CONNECT_RESTS_MS.length
        this.isProven = false
        const connection = await gateway.renew()
        await ds.sleep(this.connectDelayMs ?? CONNECT_RESTS_MS[this.rest])
        return connection
    }

    /** Whether a gateway that works hung up instead of answering: then the unit is silent. */
    private isSilence(e: Error): boolean {
        if (!(e instanceof SocketError) || e.phase !== "reply" || this.protocol.received().length > 0)
            return false
        if (ds.millis() - this.answeredAt > PROOF_MS) return false
        this.isProven = true
        return e.failure === "ClosedByPeer" || e.failure === "ConnectionLost"
    }

    private named(e: Error): Error {
        if (!(e instanceof SocketError)) return e
        const busy = e.failure === "SocketBusy"
        const cure = busy
            ? "check why uploads take so long"
            : "check that the gateway is on and has no other client"
        return new PortError(this.name, e.message, cure)
    }
}
