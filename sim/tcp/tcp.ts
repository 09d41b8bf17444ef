import { type AddressInfo, connect, createServer } from "node:net"
import type { Duplex } from "node:stream"

/** One end of a TCP connection, as far as this folder's users need it; every `net.Socket` is one. */
export interface TcpSocket extends Duplex {
    setNoDelay(on?: boolean): unknown
    /** Ends it when everything is written. */
    destroySoon(): void
    /** Ends it with a reset, which the other end notices as an error. */
    resetAndDestroy(): unknown
}

/** Somewhere to connect to. */
export interface Address {
    readonly host: string
    readonly port: number
}

/** Connections are accepted at a port. */
export interface Listener {
    readonly port: number
    /** Accepts no more; connections that exist go on. Resolves when all of them are gone. */
    close(): Promise<unknown>
}

/** Makes TCP connections. Both ends stay open for writing when the other has ended. */
export interface TcpNetwork {
    /**
     * Rejects if the port is taken.
     * @param port 0 for any free port
     */
    listen(address: Address, accept: (socket: TcpSocket) => void): Promise<Listener>
    connect(address: Address): TcpSocket
}

/** The operating system's. */
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
