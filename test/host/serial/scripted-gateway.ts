import { type AddressInfo, createServer, type Socket } from "node:net"

/** What a gateway does with one request: it may write, wait, and end the connection. */
export type Behaviour = (client: Socket, request: Buffer) => void | Promise<void>

/** A gateway that does to each request what a script says; the last entry serves all that follow. */
export class ScriptedGateway {
    /** Connections that were made. */
    connections = 0
    /** Requests in hex, with the transaction of Modbus TCP. */
    readonly requests: string[] = []
    private readonly clients = new Set<Socket>()
    private readonly server = createServer(client => this.serve(client))

    constructor(private readonly script: Behaviour[]) {}

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
            const behaviour = this.script[Math.min(this.requests.length, this.script.length - 1)]!
            this.requests.push(request.toString("hex"))
            void behaviour(client, request)
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
