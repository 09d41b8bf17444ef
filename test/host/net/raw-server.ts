import { type AddressInfo, createServer, type Server, type Socket } from "node:net"

/** A TCP server that handles a connection as a test wants. */
export class RawServer {
    private readonly sockets = new Set<Socket>()

    private constructor(private readonly server: Server) {}

    static async start(onConnection: (socket: Socket) => void): Promise<RawServer> {
        const server = createServer(socket => {
            raw.sockets.add(socket)
            socket.on("close", () => raw.sockets.delete(socket))
            socket.on("error", () => {}) // the device can break off at any time
            onConnection(socket)
        })
        const raw = new RawServer(server)
        await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
        return raw
    }

    get port(): number {
        return (this.server.address() as AddressInfo).port
    }

    get url(): string {
        return `http://127.0.0.1:${this.port}`
    }

    /** How many connections are open now. */
    get open(): number {
        return this.sockets.size
    }

    async stop(): Promise<void> {
        for (const socket of this.sockets) socket.destroy()
        await new Promise(resolve => this.server.close(resolve))
    }
}
