import { type AddressInfo, createServer, type Server, type Socket } from "node:net"
import type { SerialLine } from "./serial-line"

/** A line that can be reached over TCP. */
export interface TcpGateway {
    readonly port: number
    close(): Promise<void>
}

/**
 * Serves a line as a transparent serial gateway does ("RTU over TCP"): bytes from any connection go to the line, and bytes
 * from the line go to all connections. For Modbus clients of others, and with `socat` also as a serial port.
 *
 * @param port 0 for any free port; only this computer can reach it
 */
export async function serveOverTcp(line: SerialLine, port = 0): Promise<TcpGateway> {
    const clients = new Set<Socket>()
    const server = createServer(client => {
        clients.add(client)
        client.setNoDelay(true)
        const unsubscribe = line.onData(bytes => client.write(bytes))
        client.on("data", bytes => line.send(bytes))
        client.on("error", () => client.destroy())
        client.on("close", () => {
            unsubscribe()
            clients.delete(client)
        })
    })
    await listening(server, port)
    return {
        port: (server.address() as AddressInfo).port,
        close: () =>
            new Promise(resolve => {
                server.close(() => resolve())
                for (const client of clients) client.destroy()
            }),
    }
}

function listening(server: Server, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
        server.once("error", reject)
        server.listen(port, "127.0.0.1", resolve)
    })
}
