import { natural, upTo } from "./parsing"
import { MalformedReply } from "./reply-errors"

/** Bytes kept of a line. The lines that matter are shorter; the rest of any other line is skipped. */
const LINE_KEPT = 128

/** Limit in bytes for everything but the body: status lines, headers, interim replies, chunk sizes, trailers. */
const HEAD_LIMIT = 8192

/** Bytes kept from the beginning of a body that is too long, to guess what it is. */
const START_KEPT = 256

/** Length of a body that lasts until the connection ends. */
const UNTIL_CLOSE = Infinity

const BAD_STATUS = "a bad status line"

const LF = 10
const CR = 13
const COLON = 58
const SPACE = 32
/** The bit that makes an ASCII letter lowercase. */
const SMALL = 32
/** First letters of the headers that matter: content-..., date, location, retry-after, transfer-encoding. */
const INITIALS = hex`63646c7274`

/** Which line comes next, after any missing bytes of the body. */
type Expecting = "status" | "header" | "chunk size" | "chunk end" | "trailer" | "nothing"

/**
 * Parses one HTTP/1.x reply (RFC 9112), fed in pieces of any size. It does no I/O and uses no clock.
 *
 * Content-Length, the last chunk or the end of the connection ends a body. Interim (1xx) replies and unknown headers are
 * skipped. Ambiguous lengths are refused, because a wrong guess at the end of a body could turn a failure into a success:
 * two lengths, a length that is not a number, a length together with chunks, codings other than `chunked`.
 */
export class HttpResponseParser {
    /** Three digits; 0 until the status line has arrived. */
    status!: number
    /** The `Date` header as received; `undefined` without one. */
    date: string | undefined
    /** The `Content-Type` header in lowercase; empty without one. */
    contentType!: string
    /** The `Location` header as received, or its beginning; empty without one. */
    location!: string
    /** The `Retry-After` header as received; empty without one. */
    retryAfter!: string
    /** The body is too long, and only its beginning was kept. */
    isCut!: boolean
    /** When the request was sent and when the reply was complete, in ms. The caller sets them. */
    sentAt!: number
    receivedAt!: number
    private expecting!: Expecting
    private readonly line = Buffer.alloc(LINE_KEPT)
    private lineLength!: number
    private headLength!: number
    private http10 = false
    private bodiless = false
    private contentLength!: number
    private chunked!: boolean
    /** Bytes of the body or chunk that are still to come. */
    private missing!: number
    /** Bytes in `content`. */
    private bodyLength!: number

    /**
     * @param content receives the body. If the body is too long and begins with PHP notices, `content` receives its beginning
     * and its end, because the answer comes after the notices. The end of any other body that is too long is not awaited.
     */
    constructor(private readonly content: Buffer) {
        this.reset()
    }

    /**
     * Forgets everything; the next byte is the first of a new reply.
     * @param bodiless whether it is the reply to a `HEAD`, which ends after the headers, whatever length they state
     */
    reset(bodiless = false): void {
        this.bodiless = bodiless
        this.isCut = false
        this.headLength = 0
        this.bodyLength = 0
        this.missing = 0
        this.lineLength = 0
        this.expectStatus()
    }

    /** Whether the reply is complete. */
    complete(): boolean {
        if (this.missing > 0) return false
        return this.expecting === "nothing"
    }

    /** The part of the body that has arrived and was kept. */
    body(): string {
        return this.content.slice(0, this.bodyLength).toString()
    }

    /**
     * Parses `data[from]` up to but not including `data[to]`. Ignores any bytes after a complete reply.
     * @throws MalformedReply
     */
    feed(data: Buffer, from: number, to: number): void {
        let at = from
        while (at < to && !this.complete()) {
            let count = to - at
            if (this.missing > 0) {
                count = Math.min(this.missing, count)
                this.keepBody(data, at, count)
            } else {
                const lf = data.indexOf(LF, at, to)
                if (lf >= 0) count = lf + 1 - at
                this.keepLine(data, at, count)
                if (lf >= 0) this.endLine()
            }
            at += count
        }
    }

    /** Takes note that the connection has ended, which completes a body without a stated length. */
    close(): void {
        if (this.missing === UNTIL_CLOSE) this.missing = 0
    }

    private keepBody(data: Buffer, at: number, count: number): void {
        const { content } = this
        this.missing -= count
        for (; count > 0; count--) {
            if (this.bodyLength === content.length) this.makeRoom()
            if (this.isCut) return
            content[this.bodyLength++] = data[at++]
        }
    }

    /** Keeps the first and the last quarter of a body that begins with notices, and only the beginning of any other. */
    private makeRoom(): void {
        const { content } = this
        const { length } = content
        this.bodyLength = Math.min(START_KEPT, length)
        if (!beginsWithNotices(this.body())) {
            this.isCut = true
            this.missing = 0
            this.expecting = "nothing"
            return
        }
        const quarter = length >> 2
        content.blitAt(quarter, content, length - quarter, quarter)
        this.bodyLength = quarter * 2
    }

    private keepLine(data: Buffer, at: number, count: number): void {
        this.headLength += count
        demand(this.headLength <= HEAD_LIMIT, "very long headers")
        this.line.blitAt(this.lineLength, data, at, count)
        this.lineLength += count
    }

    private endLine(): void {
        const { line, expecting } = this
        let length = Math.min(this.lineLength - 1, LINE_KEPT)
        if (line[length - 1] === CR) length--
        if (expecting === "status") this.takeStatus(this.text(0, length))
        else if (expecting === "chunk size") {
            const size = natural(upTo(this.text(0, length), ";").trim(), 16)
            demand(size >= 0, "a chunk size that is not a number")
            this.missing = size
            this.expecting = size === 0 ? "trailer" : "chunk end"
        } else if (expecting === "chunk end") {
            demand(length === 0, "a chunk longer than its size")
            this.expecting = "chunk size"
        } else if (expecting === "trailer") {
            // trailers do not matter here
            if (length === 0) this.expecting = "nothing"
        } else if (length === 0) this.endHeaders()
        else this.takeHeader(length)
        this.lineLength = 0
    }

    /** Part of the line. */
    private text(from: number, to: number): string {
        return this.line.slice(from, to).toString()
    }

    private expectStatus(): void {
        this.expecting = "status"
        this.status = 0
        this.date = undefined
        this.contentType = ""
        this.location = ""
        this.retryAfter = ""
        this.contentLength = UNTIL_CLOSE
        this.chunked = false
    }

    private takeStatus(text: string): void {
        this.http10 = text.startsWith("HTTP/1.0 ")
        this.status = natural(text.slice(9, 12), 10)
        demand(this.http10 || text.startsWith("HTTP/1.1 "), BAD_STATUS)
        demand(this.status >= 100 && text.slice(12, 13).trim() === "", BAD_STATUS)
        this.expecting = "header"
    }

    /** Makes no strings of lines that do not matter: late in an outage the heap has little room for a long head. */
    private takeHeader(length: number): void {
        const { line } = this
        const colon = line.indexOf(COLON, 0, length)
        demand(colon > 0 && line[0] > SPACE && line[colon - 1] > SPACE, "a header line without a name")
        if (INITIALS.indexOf(line[0] | SMALL) < 0) return
        const name = this.text(0, colon).toLowerCase()
        const value = this.text(colon + 1, length).trim()
        if (name === "date") {
            this.date = value
        } else if (name === "content-length") {
            demand(this.contentLength === UNTIL_CLOSE, "two Content-Length headers")
            this.contentLength = natural(value, 10)
            demand(this.contentLength >= 0, "a Content-Length that is not a number")
        } else if (name === "transfer-encoding") {
            demand(!this.chunked && value.toLowerCase() === "chunked", "an unknown Transfer-Encoding")
            this.chunked = true
        } else {
            if (name === "content-type") this.contentType = value.toLowerCase()
            else if (name === "location") this.location = value
            else if (name === "retry-after") this.retryAfter = value
            return
        }
        demand(this.lineLength <= LINE_KEPT, "a very long " + name)
    }

    private endHeaders(): void {
        const { status, contentLength } = this
        demand(status !== 101, "a change of protocol")
        if (status < 200) {
            this.expectStatus()
            return
        }
        this.expecting = "nothing"
        if (status === 204 || status === 304 || this.bodiless) return
        if (this.chunked) {
            demand(!this.http10, "chunks in HTTP/1.0")
            demand(contentLength === UNTIL_CLOSE, "both chunks and a Content-Length")
            this.expecting = "chunk size"
        } else {
            this.missing = contentLength
        }
    }
}

/** Whether a body begins with PHP notices. PHP prints them before a page or an answer, each on a line with these tags. */
export function beginsWithNotices(body: string): boolean {
    return body.startsWith("<br />\n<b>")
}

/** @throws MalformedReply */
function demand(holds: boolean, problem: string): void {
    if (!holds) throw new MalformedReply(problem)
}
