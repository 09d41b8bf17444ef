import { once } from "node:events"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { type Address, systemTcp, type TcpNetwork, type TcpSocket } from "../../sim/tcp/tcp"

const PAGE = `<!DOCTYPE html>
<html><head><title>Guest network</title></head>
<body><h1>Welcome</h1><p>Please accept our terms to go online.</p></body></html>
`

/** A log-in page as in a guest network: while it is on, it answers every request with `200 OK`. */
export class Portal {
    private readonly connections = new Set<TcpSocket>()
    private isOn = false

    private constructor(
        private readonly server: Server,
        private readonly address: Address,
    ) {}

    static async open(): Promise<Portal> {
        const server = createServer((request, response) => {
            request.resume()
            response.setHeader("Content-Type", "text/html; charset=utf-8")
            response.end(PAGE)
        })
        server.listen(0, "127.0.0.1")
        await once(server, "listening")
        return new Portal(server, { host: "127.0.0.1", port: (server.address() as AddressInfo).port })
    }

    /** The operating system's network, with the portal in between. */
    get network(): TcpNetwork {
        return {
            listen: (address, accept) => systemTcp.listen(address, accept),
            connect: address => {
                const socket = systemTcp.connect(this.isOn ? this.address : address)
                this.connections.add(socket)
                socket.on("close", () => this.connections.delete(socket))
                return socket
            },
        }
    }

    /** Switches the portal, and closes existing connections, which now lead to the wrong place. */
    switch(on: boolean): void {
        this.isOn = on
        for (const socket of this.connections) socket.destroy()
    }

    async close(): Promise<void> {
        this.server.close()
        this.server.closeAllConnections()
        await once(this.server, "close")
    }
}
