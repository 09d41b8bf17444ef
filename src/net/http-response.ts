import { MalformedReply, ReplyBodyTooLarge, ReplyHeadTooLarge } from "./reply-errors"

/** Bytes of a line that are kept. The lines that matter are shorter; of others the rest is skipped. */
const LINE_KEPT = 128

/** Limit for all that is not body: status lines, headers, interim replies, chunk sizes, trailers. */
const HEAD_LIMIT = 4096

/** Bytes of a body that is too long, for a guess at what it is. */
const START_KEPT = 256

/** A length that only the end of the connection tells. */
const UNTIL_CLOSE = -1

const LF = 10
const CR = 13

type Expecting = "status" | "header" | "body" | "chunk size" | "chunk" | "chunk end" | "trailer" | "nothing"

/**
 * Reads one HTTP/1.x reply, fed with pieces of any size (RFC 9112). Pure: it does no I/O and knows no time.
 *
 * Bodies end by Content-Length, by chunks, or with the connection. Interim (1xx) replies and unknown headers are
 * skipped. What contradicts itself is refused, because a wrong guess at the end of a body could turn a failure into a
 * success: two lengths, a length that is no number, a length beside chunks, codings other than `chunked`.
 *
 * The room for the body is allocated once: on a heap of many small objects there is no place for a larger one later.
 */
export class HttpResponseParser {
    /** Three digits, once the status line is there. */
    status = 0
    /** The `Date` header as it came; `undefined` without one. */
    date: string = undefined
    private expecting: Expecting = "status"
    private readonly line = Buffer.alloc(LINE_KEPT)
    private lineLength = 0
    private headLength = 0
    private http10 = false
    private contentLength = UNTIL_CLOSE
    private chunked = false
    /** Bytes still to come of the body, or of the chunk. */
    private missing = 0
    private readonly content: Buffer
    private bodyLength = 0

    /** @param bodyLimit longest body to be taken, in bytes */
    constructor(private readonly bodyLimit: number) {
        this.content = Buffer.alloc(bodyLimit)
    }

    /** Forgets everything; the next byte is the first of a new reply. */
    reset(): void {
        this.headLength = 0
        this.bodyLength = 0
        this.expectStatus()
    }

    /** Whether the reply is complete. */
    complete(): boolean {
        return this.expecting === "nothing"
    }

    /** The body, as far as it has come. */
    body(): string {
        return this.text(this.bodyLength)
    }

    /**
     * Takes `data[from]` up to but not including `data[to]`. What follows a complete reply is ignored.
     * @throws MalformedReply, ReplyHeadTooLarge, ReplyBodyTooLarge
     */
    feed(data: Buffer, from: number, to: number): void {
        let at = from
        while (at < to && this.expecting !== "nothing") {
            if (this.expecting === "body" || this.expecting === "chunk") {
                const n = this.missing === UNTIL_CLOSE ? to - at : Math.min(this.missing, to - at)
                this.keepBody(data, at, n)
                at += n
            } else {
                const lf = data.indexOf(LF, at, to)
                const end = lf < 0 ? to : lf + 1
                this.keepLine(data, at, end - at)
                at = end
                if (lf >= 0) this.endLine()
            }
        }
    }

    /** The connection has ended, which completes a body without a stated length. */
    close(): void {
        if (this.expecting === "body" && this.missing === UNTIL_CLOSE) this.expecting = "nothing"
    }

    private keepLine(data: Buffer, at: number, n: number): void {
        this.headLength += n
        if (this.headLength > HEAD_LIMIT) throw new ReplyHeadTooLarge(HEAD_LIMIT)
        this.line.blitAt(this.lineLength, data, at, n)
        this.lineLength += n
    }

    private endLine(): void {
        const cut = this.lineLength > LINE_KEPT
        let length = cut ? LINE_KEPT : this.lineLength - 1
        if (length > 0 && this.line[length - 1] === CR) length--
        const text = this.line.slice(0, length).toString()
        this.lineLength = 0
        switch (this.expecting) {
            case "status":
                this.takeStatus(text)
                break
            case "header":
                if (length === 0) this.endHeaders()
                else this.takeHeader(text, cut)
                break
            case "chunk size":
                this.takeChunkSize(text)
                break
            case "chunk end":
                if (length > 0) throw new MalformedReply("a chunk longer than its size")
                this.expecting = "chunk size"
                break
            default: // a trailer; none of them matters here
                if (length === 0) this.expecting = "nothing"
        }
    }

    private expectStatus(): void {
        this.expecting = "status"
        this.lineLength = 0
        this.status = 0
        this.date = undefined
        this.contentLength = UNTIL_CLOSE
        this.chunked = false
    }

    private takeStatus(text: string): void {
        this.http10 = text.startsWith("HTTP/1.0 ")
        const status = this.http10 || text.startsWith("HTTP/1.1 ") ? natural(text.slice(9, 12), 10) : -1
        if (status < 100 || (text.length > 12 && text[12] !== " "))
            throw new MalformedReply("a bad status line")
        this.status = status
        this.expecting = "header"
    }

    private takeHeader(text: string, cut: boolean): void {
        const colon = text.indexOf(":")
        const name = text.slice(0, colon).toLowerCase()
        if (colon < 1 || name.trim() !== name) throw new MalformedReply("a header line without a name")
        if (name !== "content-length" && name !== "transfer-encoding" && name !== "date") return
        if (cut) throw new MalformedReply("a very long " + name)
        const value = text.slice(colon + 1).trim()
        if (name === "date") {
            this.date = value
        } else if (name === "content-length") {
            if (this.contentLength !== UNTIL_CLOSE) throw new MalformedReply("two Content-Length headers")
            this.contentLength = natural(value, 10)
            if (this.contentLength < 0) throw new MalformedReply("a Content-Length that is no number")
        } else {
            if (this.chunked || value.toLowerCase() !== "chunked")
                throw new MalformedReply("an unknown Transfer-Encoding")
            this.chunked = true
        }
    }

    private endHeaders(): void {
        const { status, contentLength } = this
        if (status === 101) throw new MalformedReply("a change of protocol")
        if (status < 200) {
            this.expectStatus()
        } else if (status === 204 || status === 304) {
            this.expecting = "nothing"
        } else if (this.chunked) {
            if (this.http10) throw new MalformedReply("chunks in HTTP/1.0")
            if (contentLength !== UNTIL_CLOSE) throw new MalformedReply("both chunks and a Content-Length")
            this.expecting = "chunk size"
        } else {
            this.missing = contentLength
            this.expecting = contentLength === 0 ? "nothing" : "body"
        }
    }

    private takeChunkSize(text: string): void {
        const semicolon = text.indexOf(";")
        const size = natural((semicolon < 0 ? text : text.slice(0, semicolon)).trim(), 16)
        if (size < 0) throw new MalformedReply("a chunk size that is no number")
        this.missing = size
        this.expecting = size === 0 ? "trailer" : "chunk"
    }

    private keepBody(data: Buffer, at: number, n: number): void {
        const taken = Math.min(n, this.bodyLimit - this.bodyLength)
        this.content.blitAt(this.bodyLength, data, at, taken)
        this.bodyLength += taken
        if (taken < n) {
            const start = this.text(Math.min(START_KEPT, this.bodyLength))
            throw new ReplyBodyTooLarge(this.status, start, this.bodyLimit)
        }
        if (this.missing === UNTIL_CLOSE) return
        this.missing -= n
        if (this.missing === 0) this.expecting = this.expecting === "chunk" ? "chunk end" : "nothing"
    }

    private text(length: number): string {
        return this.content.slice(0, length).toString()
    }
}

/** The number that `text` is, in base 10 or 16 and of at most 7 digits; -1 if it is none. */
function natural(text: string, base: number): number {
    if (text.length === 0 || text.length > 7) return -1
    let value = 0
    for (let i = 0; i < text.length; i++) {
        const digit = "0123456789abcdef".indexOf(text[i].toLowerCase())
        if (digit < 0 || digit >= base) return -1
        value = value * base + digit
    }
    return value
}
