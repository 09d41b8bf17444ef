import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http"
import type { Socket } from "node:net"
import type { Duplex } from "node:stream"
import type { Clock } from "../../../sim/clock"
import type { TcpSocket } from "../../../sim/tcp/tcp"

/** A request on its way to EmonCMS. */
export interface Passing {
    readonly method: string
    readonly url: string
    readonly headers: IncomingHttpHeaders
    readonly body: Buffer
}

/** A reply on its way back. */
export interface Answered {
    readonly status: number
    readonly headers: IncomingHttpHeaders
    readonly body: Buffer
}

/** Handles a request. `forward` sends it, or another one, to EmonCMS. Returning nothing cuts the line. */
export type Handling = (
    passing: Passing,
    forward: (passing: Passing) => Promise<Answered>,
) => Promise<Answered | undefined>

/** Passes everything unchanged. */
export const PASS: Handling = (passing, forward) => forward(passing)

/** If EmonCMS is not there, the device sees its connection end. */
function cutLine(error: NodeJS.ErrnoException): undefined {
    if (error.code !== "ECONNREFUSED" && error.code !== "ECONNRESET") throw error
}

/** A proxy between the device and EmonCMS that remembers what it saw. */
export class Detour {
    handling: Handling = PASS
    readonly seen: Passing[] = []
    private readonly server: Server

    /** @param connect opens a connection to EmonCMS */
    constructor(
        private readonly clock: Clock,
        private readonly connect: () => TcpSocket,
    ) {
        this.server = createServer((incoming, outgoing) => {
            const chunks: Buffer[] = []
            incoming.on("data", chunk => chunks.push(chunk))
            incoming.on("end", async () => {
                const { method = "", url = "", headers } = incoming
                const passing = { method, url, headers, body: Buffer.concat(chunks) }
                this.seen.push(passing)
                const answered = await this.handling(passing, p => this.forward(p)).catch(cutLine)
                if (!answered) return incoming.socket.destroy()
                outgoing.sendDate = false
                outgoing.writeHead(answered.status, answered.headers)
                outgoing.end(answered.body)
            })
        })
    }

    /** Accepts a connection of the device. */
    accept(socket: TcpSocket): void {
        this.server.emit("connection", socket)
    }

    /** A reply from a server other than EmonCMS. */
    page(status: number, body: string, headers: IncomingHttpHeaders = {}): Answered {
        const date = new Date(this.clock.now()).toUTCString()
        return { status, headers: { "content-type": "text/html", date, ...headers }, body: Buffer.from(body) }
    }

    close(): void {
        this.server.closeAllConnections()
    }

    private forward({ method, url, headers, body }: Passing): Promise<Answered> {
        const own = { ...headers, "content-length": String(body.length) }
        return new Promise((resolve, reject) => {
            const outgoing = request(
                {
                    method,
                    path: url,
                    headers: own,
                    createConnection: () => this.connect() as Duplex as Socket,
                },
                incoming => {
                    const chunks: Buffer[] = []
                    incoming.on("data", chunk => chunks.push(chunk))
                    incoming.on("end", () => {
                        const { statusCode = 0 } = incoming
                        resolve({
                            status: statusCode,
                            headers: incoming.headers,
                            body: Buffer.concat(chunks),
                        })
                    })
                },
            )
            outgoing.on("error", reject)
            outgoing.end(body)
        })
    }
}
