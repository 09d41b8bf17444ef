import { type AddressInfo, createServer, type Socket } from "node:net"

/** How a gateway reacts to one request: it can write, wait, and end the connection. */
export type Behavior = (client: Socket, request: Buffer) => void | Promise<void>

/** A gateway whose script has one entry per request. The last entry serves all further requests. */
export class ScriptedGateway {
    /** How many connections were made. */
    connections = 0
    /** Requests in hex, including the transaction number of Modbus TCP. */
    readonly requests: string[] = []
    private readonly clients = new Set<Socket>()
    private readonly server = createServer(client => this.serve(client))

    constructor(private readonly script: Behavior[]) {}

    /** @param port 0 for any free one */
    async listen(port = 0): Promise<number> {
        await new Promise<void>(resolve => this.server.listen(port, "127.0.0.1", resolve))
        return (this.server.address() as AddressInfo).port
    }

    async close(): Promise<void> {
        for (const client of this.clients) client.destroy()
        await new Promise<void>(resolve => this.server.close(() => resolve()))
    }

    private serve(client: Socket): void {
        this.connections++
        this.clients.add(client)
        client.setNoDelay(true)
        client.on("error", () => client.destroy())
        client.on("close", () => this.clients.delete(client))
        client.on("data", request => {
            const behavior = this.script[Math.min(this.requests.length, this.script.length - 1)]!
            this.requests.push(request.toString("hex"))
            void behavior(client, request)
        })
    }
}

/** Writes bytes one by one, some ms apart. */
export async function dribble(client: Socket, bytes: Buffer, pauseMs = 3): Promise<void> {
    for (const byte of bytes) {
        client.write(Uint8Array.of(byte))
        await rest(pauseMs)
    }
}

export function rest(ms: number): Promise<void> {
    return new Promise(resolve => setTimeout(resolve, ms))
}
