import * as ds from "@devicescript/core"
import type { Connection } from "../../../net/connection"
import type { SocketOwner } from "../../../net/socket"
import type { Endpoint } from "../../../net/socket-errors"

/** How long an exchange waits for the socket, in ms: longer than an upload waits for a slow server. */
const TURN_MS = 40_000

/** How long a connection attempt can take, in ms: a gateway is in the house and answers soon, or it is off. */
const CONNECT_MS = 3000

/** How long the connection is kept for the next exchange, in ms. Two meters of a round are polled some 10 ms apart. */
const KEEP_MS = 500

/**
 * A connection to the gateway that is kept from one exchange to the next.
 *
 * It occupies the device's only socket, which uploads need too. So it is closed at the end of an exchange if somebody
 * waits for the socket, and otherwise if no exchange follows within half a second. An upload then waits for one exchange
 * at most, a round of several meters needs one connection, and the socket is free between rounds.
 */
export class KeptConnection {
    private connection: Connection | undefined
    /** Counts exchanges, so that the expiry of an older one leaves a newer one alone. */
    private uses = 0

    constructor(
        private readonly sockets: SocketOwner,
        private readonly to: Endpoint,
    ) {}

    /** The connection, if it is open. */
    current(): Connection | undefined {
        const { connection } = this
        return connection?.isOpen() ? connection : undefined
    }

    /** Closes the connection and makes a new one. @throws SocketError */
    async renew(): Promise<Connection> {
        this.close()
        this.connection = await this.sockets.connect(this.to, TURN_MS, CONNECT_MS)
        return this.connection
    }

    /** An exchange begins: the connection must not expire. */
    hold(): void {
        this.uses++
    }

    /** An exchange has succeeded. */
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
