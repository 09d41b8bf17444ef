import * as ds from "@devicescript/core"
import type { Connection } from "../../../net/connection"
import type { SocketOwner } from "../../../net/socket"
import type { Endpoint } from "../../../net/socket-errors"

/** How long an exchange waits for the socket: longer than an upload waits for a server that is slow to answer, in ms. */
const TURN_MS = 40_000

/** A gateway is in the house and answers soon, or it is off. In ms. */
const CONNECT_MS = 3000

/** How long the connection stays for the next exchange, in ms. Between two meters of a round it is some 10 ms. */
const KEEP_MS = 500

/**
 * A connection to the gateway that is kept from one exchange to the next.
 *
 * It occupies the device's only socket, which uploads need too. So it is given back at the end of an exchange when
 * somebody waits for the socket, and otherwise when no exchange has followed for half a second: an upload waits for
 * one exchange at most, a round of several meters needs one connection, and between rounds the socket is free.
 */
export class KeptConnection {
    private connection: Connection | undefined
    /** Counts what is begun, so that an older keeper leaves a newer exchange alone. */
    private uses = 0

    constructor(
        private readonly sockets: SocketOwner,
        private readonly to: Endpoint,
    ) {}

    /** The connection if there is one that can be used. */
    current(): Connection | undefined {
        const { connection } = this
        return connection?.isOpen() ? connection : undefined
    }

    /** Connects. The one before is closed. @throws SocketError */
    async renew(): Promise<Connection> {
        this.close()
        this.connection = await this.sockets.connect(this.to, TURN_MS, CONNECT_MS)
        return this.connection
    }

    /** An exchange begins: the connection must not expire. */
    hold(): void {
        this.uses++
    }

    /** An exchange has ended well. */
    release(): void {
        if (this.sockets.isWanted()) this.close()
        else this.expire.start(this.uses)
    }

    close(): void {
        const { connection } = this
        this.connection = undefined
        if (connection) connection.close()
    }

    private async expire(use: number): Promise<void> {
        await ds.sleep(KEEP_MS)
        if (this.uses === use) this.close()
    }
}
