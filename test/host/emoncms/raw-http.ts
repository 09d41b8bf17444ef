import { connect, type Socket } from "node:net"

/** A reply, taken apart by hand so that no HTTP library can gloss over what was on the wire. */
export interface RawReply {
    readonly status: number
    /** Header values by name as spelled on the wire. */
    readonly headers: ReadonlyMap<string, string>
    readonly body: string
    /** Everything that was received, including a 100 Continue. */
    readonly raw: string
}

/** Everything that arrives on a connection until the server ends it. */
export function untilClosed(socket: Socket): Promise<string> {
    return new Promise((resolve, reject) => {
        const chunks: Buffer[] = []
        socket.on("data", chunk => chunks.push(chunk))
        socket.on("end", () => resolve(Buffer.concat(chunks).toString("latin1")))
        socket.on("error", reject)
    })
}

/** Sends bytes on a new connection and reads until the server closes it. */
export async function exchange(port: number, bytes: Buffer | string): Promise<RawReply> {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true })
    const received = untilClosed(socket)
    socket.write(bytes)
    const raw = await received
    socket.destroy()
    return parseReply(raw)
}

/** A connection that stays open for several requests. */
export class KeptConnection {
    private received = ""
    private closed = false
    private wake: () => void = () => {}
    private readonly socket: Socket

    constructor(port: number) {
        this.socket = connect({ port, host: "127.0.0.1" })
        this.socket.on("data", chunk => {
            this.received += chunk.toString("latin1")
            this.wake()
        })
        this.socket.on("close", () => {
            this.closed = true
            this.wake()
        })
    }

    /** Sends a request, and reads one whole reply. */
    async exchange(bytes: string): Promise<RawReply> {
        this.send(bytes)
        for (;;) {
            const length = replyLength(this.received)
            if (length !== undefined) {
                const raw = this.received.slice(0, length)
                this.received = this.received.slice(length)
                return parseReply(raw)
            }
            if (this.closed) throw new Error(`closed in the middle of a reply: ${this.received}`)
            await this.next()
        }
    }

    send(bytes: string): void {
        this.socket.write(bytes, "latin1")
    }

    /** Waits until the server has closed the connection. @returns what it sent last */
    async end(): Promise<string> {
        while (!this.closed) await this.next()
        return this.received
    }

    destroy(): void {
        this.socket.destroy()
    }

    private next(): Promise<void> {
        return new Promise(resolve => {
            this.wake = resolve
        })
    }
}

/** Length of the reply at the beginning of the received text; `undefined` if it is not complete. */
function replyLength(received: string): number | undefined {
    const bodyAt = received.indexOf("\r\n\r\n") + 4
    if (bodyAt === 3) return undefined
    const head = received.slice(0, bodyAt)
    const length = /\r\nContent-Length: (\d+)/.exec(head)?.[1]
    if (length !== undefined)
        return received.length >= bodyAt + Number(length) ? bodyAt + Number(length) : undefined
    const last = received.indexOf("0\r\n\r\n", bodyAt)
    return last < 0 ? undefined : last + 5
}

export function parseReply(raw: string): RawReply {
    const text = raw.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, "")
    const bodyAt = text.indexOf("\r\n\r\n")
    if (bodyAt < 0) throw new Error(`no reply: ${JSON.stringify(raw.slice(0, 200))}`)
    const [statusLine = "", ...lines] = text.slice(0, bodyAt).split("\r\n")
    const headers = new Map(
        lines.map((line): [string, string] => {
            const colon = line.indexOf(": ")
            return [line.slice(0, colon), line.slice(colon + 2)]
        }),
    )
    const framed = text.slice(bodyAt + 4)
    const chunked = headers.get("Transfer-Encoding") === "chunked"
    const body = Buffer.from(chunked ? joinChunks(framed) : framed, "latin1").toString()
    return { status: Number(statusLine.split(" ")[1]), headers, body, raw }
}

function joinChunks(framed: string): string {
    let body = ""
    let at = 0
    for (;;) {
        const lineEnd = framed.indexOf("\r\n", at)
        const size = Number.parseInt(framed.slice(at, lineEnd), 16)
        if (lineEnd < 0 || Number.isNaN(size)) throw new Error(`no chunk at ${at}: ${JSON.stringify(framed)}`)
        if (size === 0) return body
        body += framed.slice(lineEnd + 2, lineEnd + 2 + size)
        at = lineEnd + 2 + size + 2
    }
}
