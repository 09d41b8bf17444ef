import * as ds from "@devicescript/core"
import type { Connection } from "./connection"
import { HttpResponseParser } from "./http-response"
import type { SocketOwner } from "./socket"
import { type Phase, SocketError } from "./socket-errors"
import type { Url } from "./url"

/** One request. `path` is appended to the prefix of `url`; both are already percent-encoded. */
export interface HttpRequest {
    readonly method: "GET" | "HEAD" | "POST"
    readonly url: Url
    readonly path: string
    /** Complete lines without line ends, such as `Authorization: Bearer ...`. They are never printed. */
    readonly headers: string[]
    /** Only for `POST`. */
    readonly body?: Buffer
    /** How many bytes of `body` to send; all of them by default. */
    readonly bodyLength?: number
}

/** How long each part of an exchange may take, in ms. */
export interface Deadlines {
    /** Until the device's only socket is free. */
    readonly turnMs: number
    readonly connectMs: number
    readonly sendMs: number
    /** From the request's last byte to the reply's first. */
    readonly firstByteMs: number
    /** From the request's last byte to the reply's last. */
    readonly replyMs: number
}

/** A reply. It is valid until the next request. */
export interface HttpReply {
    /** `ds.millis()` when sending began. The connection was open by then, so the server saw nothing of the request earlier. */
    readonly sentAt: number
    readonly status: number
    /** The `Date` header as received; `undefined` without one. */
    readonly date: string | undefined
    /** The `Content-Type` header in lowercase; empty without one. */
    readonly contentType: string
    /** The `Location` header as received, or its beginning; empty without one. */
    readonly location: string
    /** The `Retry-After` header as received; empty without one. */
    readonly retryAfter: string
    /** `ds.millis()` when the reply was complete. */
    readonly receivedAt: number
    /** The body is too long, and only its beginning is there. */
    readonly isCut: boolean
    body(): string
}

/** The path or a header contains a line break. The message does not quote the line, because it may contain a key. */
export class LineBreakInRequest extends Error {
    constructor() {
        super("a line break in the path or in a header; check the key")
    }
}

/** Some firewalls refuse requests without this header. The version is that of `package.json`. */
const USER_AGENT = "User-Agent: emonscript/0.1.0"

/** Bytes parsed before other fibers get a turn. They take at most a third of the steps that the VM allows without a pause. */
const SLICE = 256

/**
 * A small HTTP/1.1 client that uses a new connection for each request. EmonCMS on Apache closes an idle connection after
 * 5 s, so at the usual upload interval a kept connection would always be dead.
 *
 * It replaces `fetch` of `@devicescript/net`, which has no deadlines, prints all headers and with them the key, and
 * understands neither chunks nor HTTP/1.0.
 */
export class HttpClient {
    /** Requests for which a connection was opened. */
    requests = 0
    /** Bytes of these requests, headers included. */
    bytesSent = 0
    private readonly response: HttpResponseParser

    /** @param content receives and limits the body of each reply; may hold the request's body, which has been sent by then */
    constructor(
        private readonly sockets: SocketOwner,
        content: Buffer,
    ) {
        this.response = new HttpResponseParser(content)
    }

    /**
     * Sends the request and waits for the complete reply, whatever its status. Redirects are not followed.
     *
     * After an error with phase `turn` or `connect`, and after `TlsRefused`, the server has not seen the request. After
     * any other error it may have carried out the request.
     *
     * @throws SocketError, ReplyError, LineBreakInRequest
     */
    async request(request: HttpRequest, within: Deadlines): Promise<HttpReply> {
        const { response } = this
        const { body } = request
        let length = 0
        if (body) length = request.bodyLength ?? body.length
        let head: Buffer | undefined = encodeHead(request, length)
        const connection = await this.sockets.connect(request.url, within.turnMs, within.connectMs)
        try {
            this.requests++
            this.bytesSent += head.length + length
            const now = ds.millis()
            const until = now + within.sendMs
            await connection.send(head, within.sendMs)
            // The reply may need the memory.
            head = undefined
            if (body) await connection.send(body, until - ds.millis(), length, true)
            response.reset(request.method === "HEAD")
            response.sentAt = now
            await this.receive(connection, within)
            response.receivedAt = ds.millis()
            return response
        } finally {
            connection.close()
        }
    }

    private async receive(connection: Connection, within: Deadlines): Promise<void> {
        const { response } = this
        const since = ds.millis()
        let phase: Phase = "first byte"
        let limitMs = within.firstByteMs
        for (;;) {
            const data = await connection.recv(since + limitMs - ds.millis(), phase)
            if (data === undefined) throw new SocketError(connection.to, phase, "ReceiveTimeout", limitMs)
            if (data === null) {
                response.close()
                if (!response.complete()) throw new SocketError(connection.to, phase, "ClosedByPeer")
                return
            }
            for (let at = 0; at < data.length; at += SLICE) {
                response.feed(data, at, Math.min(at + SLICE, data.length))
                await ds.sleep(0)
                if (response.complete()) return
            }
            phase = "reply"
            limitMs = within.replyMs
        }
    }
}

/** Encodes the request line and the headers. @throws LineBreakInRequest */
function encodeHead({ method, url, path, headers, body }: HttpRequest, length: number): Buffer {
    let host = "Host: " + url.host
    if (url.port !== (url.tls ? 443 : 80)) host = host + ":" + url.port
    const lines = [method + " " + url.prefix + path + " HTTP/1.1", host, USER_AGENT]
    lines.pushRange(headers)
    if (body) lines.push("Content-Length: " + length)
    lines.push("Connection: close")
    let head = ""
    for (const line of lines) {
        if (line.includes("\n") || line.includes("\r")) throw new LineBreakInRequest()
        head = head + line + "\r\n"
    }
    return Buffer.from(head + "\r\n")
}
