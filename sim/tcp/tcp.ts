import { type AddressInfo, connect, createServer } from "node:net"
import type { Duplex } from "node:stream"

/** One end of a TCP connection, with what the users of this folder need. Every `net.Socket` is one. */
export interface TcpSocket extends Duplex {
    setNoDelay(on?: boolean): unknown
    /** Closes it once everything is written. */
    destroySoon(): void
    /** Closes it with a reset, which the other end sees as an error. */
    resetAndDestroy(): unknown
}

/** Somewhere to connect to. */
export interface Address {
    readonly host: string
    readonly port: number
}

/** A port that accepts connections. */
export interface Listener {
    readonly port: number
    /** Accepts no more connections; existing ones go on. The operating system's listener resolves when all of them are gone. */
    close(): Promise<unknown>
}

/** Makes TCP connections. Each end can still write after the other has ended. */
export interface TcpNetwork {
    /**
     * Rejects if the port is taken.
     * @param port 0 for any free port
     */
    listen(address: Address, accept: (socket: TcpSocket) => void): Promise<Listener>
    connect(address: Address): TcpSocket
}

/** The operating system's TCP. */
export const systemTcp: TcpNetwork = {
    listen({ port, host }, accept) {
        const server = createServer({ allowHalfOpen: true }, accept)
        const close = () => new Promise(resolve => server.close(resolve))
        return new Promise((resolve, reject) => {
            server.once("error", reject)
            server.listen(port, host, () => resolve({ port: (server.address() as AddressInfo).port, close }))
        })
    },
    connect: address => connect({ ...address, allowHalfOpen: true }),
}
