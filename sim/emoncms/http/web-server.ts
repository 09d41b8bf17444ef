import type { PhpReply } from "../reply"

/** A reply of the web server. */
export interface WebReply extends PhpReply {
    /** Reason phrase of the status line, the standard one if missing. */
    readonly reason?: string
}

/** How a reply is sent. */
export interface Framing {
    /** Value of the `Date` header. */
    readonly date: string
    readonly method: string
    readonly httpVersion: string
    /** Bytes of the body. */
    readonly length: number
    /** Whether the body comes from PHP, so that its length may be unknown in advance. */
    readonly streamed: boolean
    /** How many more requests the connection may carry; 0 if it closes after this reply. */
    readonly requestsLeft: number
    /** Whether the client explicitly asked to keep the connection, which HTTP/1.1 does not require. */
    readonly keepAliveAsked: boolean
}

/** Header names and values, alternating, in the order in which they are sent. */
export type HeaderList = string[]

/** Progress of a body; times in ms since the Unix epoch. */
export interface UploadProgress {
    readonly startedAt: number
    readonly lastByteAt: number
    /** Bytes so far. */
    readonly received: number
}

/** Differences between pairs of web server and PHP: limits, rewriting, framing. */
export interface WebServer {
    /** How long a connection may be idle between two requests, in ms. */
    readonly idleMs: number
    /** How many requests one connection may carry. */
    readonly requestsPerConnection: number
    /** Whether a connection can outlive a reply to HTTP/1.0. */
    readonly keepsHttp10: boolean
    /** How long the head of a request may take, in ms. */
    readonly headMs: number
    /** The largest body that the server passes on, in bytes. */
    readonly bodyLimit: number
    /**
     * Whether a stalled request is answered (408 in its head, else with the part of the body that has arrived), or its
     * connection is closed without an answer.
     */
    readonly answersStalled: boolean
    /** When the server gives up on a body, in ms since the Unix epoch. */
    bodyDeadline(progress: UploadProgress): number
    /** The query string that PHP gets for a request target, or the status of the page that is answered instead. */
    rewrite(target: string): string | number
    /** The `Authorization` header as PHP sees it. */
    authorization(header: string | undefined): string | undefined
    /**
     * A page that the server answers itself.
     *
     * @param host name under which the client addressed the server
     * @param port the port on which the server listens
     */
    errorPage(status: number, host: string, port: number): WebReply
    headers(reply: WebReply, framing: Framing): HeaderList
}

/** The longest request line that both servers accept, in bytes. */
export const REQUEST_LINE_LIMIT = 8190

/** Path (decoded, without leading slash) and query of a request target; `undefined` if the path is malformed. */
export function splitTarget(target: string): { path: string; query: string } | undefined {
    const mark = target.indexOf("?")
    const encoded = (mark < 0 ? target : target.slice(0, mark)).replace(/^https?:\/\/[^/]*/, "")
    if (/%(?![0-9a-f]{2})/i.test(encoded)) return undefined
    const path = encoded.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    return { path: path.replace(/^\//, ""), query: mark < 0 ? "" : target.slice(mark + 1) }
}

/** The query string of `index.php?q=PATH`, followed by the client's own parameters. */
export function queryForPhp(path: string, query: string): string {
    if (path === "index.php") return query
    return query === "" ? `q=${path}` : `q=${path}&${query}`
}
