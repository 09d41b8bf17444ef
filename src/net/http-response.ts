import { natural, upTo } from "./parsing"
import { MalformedReply } from "./reply-errors"

/** Bytes of a line that are kept. The lines that matter are shorter; of others the rest is skipped. */
const LINE_KEPT = 128

/** Limit for all that is not body: status lines, headers, interim replies, chunk sizes, trailers. */
const HEAD_LIMIT = 8192

/** Bytes that are kept of the beginning of a body that is too long, for a guess at what it is. */
const START_KEPT = 256

/** A length that only the end of the connection tells. */
const UNTIL_CLOSE = Infinity

const BAD_STATUS = "a bad status line"

const LF = 10
const CR = 13
const COLON = 58
const SPACE = 32
/** Makes a letter small. */
const SMALL = 32
/** First letters of the headers that matter: content-..., date, location, retry-after, transfer-encoding. */
const INITIALS = hex`63646c7274`

/** Which line comes next, behind the bytes of the body that are missing. */
type Expecting = "status" | "header" | "chunk size" | "chunk end" | "trailer" | "nothing"

/**
 * Reads one HTTP/1.x reply, fed with pieces of any size (RFC 9112). Pure: it does no I/O and knows no time.
 *
 * Bodies end by Content-Length, by chunks, or with the connection. Interim (1xx) replies and unknown headers are
 * skipped. What contradicts itself is refused, because a wrong guess at the end of a body could turn a failure into a
 * success: two lengths, a length that is no number, a length beside chunks, codings other than `chunked`.
 */
export class HttpResponseParser {
    /** Three digits, once the status line is there. */
    status!: number
    /** The `Date` header as it came; `undefined` without one. */
    date: string | undefined
    /** The `Content-Type` header in small letters; empty without one. */
    contentType!: string
    /** The `Location` header as it came, or its beginning; empty without one. */
    location!: string
    /** The `Retry-After` header as it came; empty without one. */
    retryAfter!: string
    /** The body is longer than there is room for, and only its beginning is kept. */
    isCut!: boolean
    /** When the request left, and when the reply was complete, in ms; whoever feeds it knows. */
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
    /** Bytes still to come of the body, or of the chunk. */
    private missing!: number
    /** Bytes in `content`. */
    private bodyLength!: number

    /**
     * @param content gets the body. Of a longer one that begins with notices of PHP it gets the beginning and the end,
     * because the answer stands behind the notices. Of others the end is not waited for.
     */
    constructor(private readonly content: Buffer) {
        this.reset()
    }

    /**
     * Forgets everything; the next byte is the first of a new reply.
     * @param bodiless the reply is one to a `HEAD`: it ends with its head, whatever length that tells
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

    /** The body, as far as it has come and was kept. */
    body(): string {
        return this.content.slice(0, this.bodyLength).toString()
    }

    /**
     * Takes `data[from]` up to but not including `data[to]`. What follows a complete reply is ignored.
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

    /** The connection has ended, which completes a body without a stated length. */
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

    /** Keeps the first and the last quarter behind notices, else the beginning. */
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
            demand(size >= 0, "a chunk size that is no number")
            this.missing = size
            this.expecting = size === 0 ? "trailer" : "chunk end"
        } else if (expecting === "chunk end") {
            demand(length === 0, "a chunk longer than its size")
            this.expecting = "chunk size"
        } else if (expecting === "trailer") {
            // none of them matters here
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

    /** Makes no text of lines that do not matter: late in an outage there is little room for a long head. */
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
            demand(this.contentLength >= 0, "a Content-Length that is no number")
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

/** PHP prints notices before a page or an answer, each in a line with these marks. */
export function beginsWithNotices(body: string): boolean {
    return body.startsWith("<br />\n<b>")
}

/** @throws MalformedReply */
function demand(holds: boolean, problem: string): void {
    if (!holds) throw new MalformedReply(problem)
}
