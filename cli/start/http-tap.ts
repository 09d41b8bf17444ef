import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http"
import { Duplex } from "node:stream"
import { buffer } from "node:stream/consumers"
import type { Tap } from "../../sim/vm/network"

/** A request and its complete reply. */
export interface Exchange {
    readonly method: string
    /** Path and query, as sent. */
    readonly target: string
    readonly contentType: string | undefined
    readonly body: Buffer
    readonly reply: {
        readonly status: number
        /** The `Date` header in ms since the Unix epoch; `undefined` if it is missing or malformed. */
        readonly dateMs: number | undefined
        readonly body: string
    }
}

/** One direction of a tapped connection. Delivers the tapped bytes to a parser, and discards what the parser writes. */
class Wire extends Duplex {
    override _read(): void {}

    override _write(_bytes: Buffer, _encoding: string, done: () => void): void {
        done()
    }
}

/**
 * Taps a connection on which requests follow one another, and passes on every answered request. Node's own server and client
 * do the parsing: the server gets what the chip sends, the client what the chip receives.
 */
export class HttpTap implements Tap {
    private readonly requests = new Wire()
    private replies = new Wire()

    constructor(private readonly onExchange: (exchange: Exchange) => void) {
        const parser = createServer((incoming, response) => void this.follow(incoming, response))
        parser.emit("connection", this.requests)
    }

    sent(bytes: Uint8Array): void {
        this.requests.push(Buffer.from(bytes))
    }

    received(bytes: Uint8Array): void {
        this.replies.push(Buffer.from(bytes))
    }

    closed(): void {
        this.requests.push(null)
        this.replies.push(null)
    }

    private async follow(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
        const replies = new Wire()
        this.replies = replies
        const reply = replyOn(replies)
        const body = await whole(incoming)
        // Ends the request for the parser, so that it goes on to the next one.
        response.end()
        const answer = await reply
        if (!body || !answer) return
        const { method = "", url = "", headers } = incoming
        this.onExchange({ method, target: url, contentType: headers["content-type"], body, reply: answer })
    }
}

/** The body of a request; `undefined` if the connection ends within it. */
function whole(incoming: IncomingMessage): Promise<Buffer | undefined> {
    return buffer(incoming).catch(() => undefined)
}

/** The reply on a wire; `undefined` if it is missing or incomplete. */
function replyOn(wire: Wire): Promise<Exchange["reply"] | undefined> {
    return new Promise(resolve => {
        const client = request({ createConnection: () => wire })
        client.on("error", () => resolve(undefined))
        client.on("response", incoming => {
            buffer(incoming).then(
                body => {
                    const dateMs = Date.parse(incoming.headers.date ?? "")
                    resolve({
                        status: incoming.statusCode!,
                        dateMs: Number.isNaN(dateMs) ? undefined : dateMs,
                        body: body.toString(),
                    })
                },
                () => resolve(undefined),
            )
        })
        client.end()
    })
}
