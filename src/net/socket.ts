import * as ds from "@devicescript/core"
import { Connection } from "./connection"
import { FirmwareSocket, type NativeSocket, type SocketEvent } from "./native-socket"
import { type Endpoint, SocketError } from "./socket-errors"

/**
 * Owns the device's only socket and lends it to one connection at a time, first come, first served.
 *
 * It uses the firmware's functions instead of `@devicescript/net`, where a second `connect()` kills the first connection,
 * `close()` leaves a waiting `recv()` asleep forever, and a late `open` or `close` of one connection is mistaken for that of
 * the next. The firmware does not say which connection an event belongs to. So the socket is lent again only when the last
 * connection can have no events left; see {@link Connection.close}.
 *
 * A program must have only one owner, because the owner receives all events.
 */
export class SocketOwner {
    /** The fibers that wait for the socket, in order. */
    private readonly line: ds.Fiber[] = []
    private taken = false
    private connection: Connection | undefined = undefined

    constructor(private readonly native: NativeSocket = new FirmwareSocket()) {
        native.listen(this.onEvent)
    }

    /**
     * Waits for the socket and connects it. The caller must close the connection, even if using it fails.
     *
     * @param waitMs how long to wait for the socket
     * @param connectMs how long to wait for the other end; with TLS on the ESP32 this includes the handshake
     * @throws SocketError
     */
    async connect(to: Endpoint, waitMs: number, connectMs: number): Promise<Connection> {
        await this.turn(to, waitMs)
        const connection = new Connection(this.native, to, this.next)
        this.connection = connection
        try {
            await connection.open(connectMs)
        } catch (error) {
            connection.close()
            throw error
        }
        return connection
    }

    /** Whether a fiber waits for the socket. If so, close a connection that is only kept for later. */
    isWanted(): boolean {
        return this.line.length > 0
    }

    /** Closes the current connection even if it is in use; a fiber that waits on it gets `ClosedHere`. */
    reclaim() {
        if (this.connection) this.connection.close()
    }

    private async turn(to: Endpoint, waitMs: number): Promise<void> {
        if (!this.taken) {
            this.taken = true
            return
        }
        const fiber = ds.Fiber.self()
        this.line.push(fiber)
        if (await ds.suspend<boolean>(waitMs)) return
        this.line.insert(this.line.indexOf(fiber), -1)
        throw new SocketError(to, "turn", "SocketBusy", waitMs)
    }

    /** Lends the socket to the fiber that has waited longest. */
    private next(): void {
        this.connection = undefined
        const fiber = this.line.shift()
        this.taken = fiber !== undefined
        if (fiber) fiber.resume(true)
    }

    private onEvent(event: SocketEvent, detail?: Buffer | string): void {
        if (this.connection) this.connection.onEvent(event, detail)
    }
}
