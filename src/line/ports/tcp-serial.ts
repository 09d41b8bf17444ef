import * as ds from "@devicescript/core"
import type { Connection } from "../../net/connection"
import type { SocketOwner } from "../../net/socket"
import { ClosedByPeer, SocketBusy, SocketError } from "../../net/socket-errors"
import { type Port, PortError } from "./port"
import { KeptConnection } from "./tcp-serial/kept-connection"
import { ModbusTcp } from "./tcp-serial/modbus-tcp"
import { GatewayError, type GatewayProtocol } from "./tcp-serial/protocol"
import { RtuOverTcp } from "./tcp-serial/rtu-over-tcp"

/** What network and gateway may take on top of the line's own time: WiFi, the wire, the gateway's own pauses. In ms. */
const GATEWAY_MS = 500

const SEND_MS = 1000

export interface TcpSerialOptions {
    /** Name or address of the gateway. */
    readonly host: string
    readonly port: number
    /** `modbus-tcp` for a gateway that understands Modbus, `rtu-over-tcp` for one that only passes bytes on. */
    readonly mode: "modbus-tcp" | "rtu-over-tcp"
}

/**
 * A line behind a gateway in the network. Speed and stop bits are set in the gateway.
 *
 * The device has one socket, which this port shares with the uploads; see {@link KeptConnection}. An exchange that
 * begins during an upload waits for its end.
 */
export class TcpSerial implements Port {
    readonly name: string
    private readonly protocol: GatewayProtocol
    private readonly gateway: KeptConnection

    constructor({ host, port, mode }: TcpSerialOptions, sockets: SocketOwner) {
        this.name = mode
        this.protocol = mode === "modbus-tcp" ? new ModbusTcp() : new RtuOverTcp()
        this.gateway = new KeptConnection(sockets, { host, port, tls: false })
    }

    /** Nothing to do: the socket is not taken before it is needed. */
    async open(): Promise<void> {}

    async exchange(
        request: Buffer,
        timeoutMs: number,
        complete: (received: Buffer) => boolean,
    ): Promise<Buffer> {
        const { gateway } = this
        gateway.hold()
        try {
            const received = await this.converse(request, timeoutMs, complete)
            gateway.release()
            return received
        } catch (e) {
            gateway.close()
            throw this.named(e as Error)
        }
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
                this.protocol.hear(data)
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
            if (data === null) throw new ClosedByPeer(connection.to, "reply")
            if (data !== undefined) protocol.hear(data)
            const received = protocol.received()
            if (data === undefined || protocol.isOver() || complete(received)) return received
        }
    }

    /** The kept connection without what came meanwhile, or a new one. */
    private async connected(): Promise<Connection> {
        const { protocol, gateway } = this
        const kept = gateway.current()
        if (kept) {
            for (let stale = await kept.recv(0); stale; stale = await kept.recv(0)) protocol.hear(stale)
            if (kept.isOpen()) return kept
        }
        protocol.reset()
        return await gateway.renew()
    }

    private named(e: Error): Error {
        if (e instanceof GatewayError) return new PortError(this.name, e.cause, e.cure)
        if (!(e instanceof SocketError)) return e
        const busy = e instanceof SocketBusy
        const cure = busy
            ? "see why uploads take so long"
            : "see that the gateway is on and serves nobody else"
        return new PortError(this.name, e.message, cure)
    }
}
