import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { HttpResponseParser } from "../../../src/net/http-response"

const OK = "HTTP/1.1 200 OK\r\n"
const DIGITS = "01234567890123456789012345678901234567890123456789"
const CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n"

/** A parser that has received `text` byte by byte. */
async function fed(text: string): Promise<HttpResponseParser> {
    const parser = new HttpResponseParser(Buffer.alloc(100))
    const raw = Buffer.from(text)
    for (let i = 0; i < raw.length; i++) parser.feed(raw, i, i + 1)
    await ds.sleep(0)
    return parser
}

/** The body of a complete reply, or `incomplete`. */
async function bodyOf(text: string): Promise<string> {
    const parser = await fed(text)
    return parser.complete() ? parser.body() : "incomplete"
}

/** The same when the connection closes after the reply. */
async function closedBodyOf(text: string): Promise<string> {
    const parser = await fed(text)
    parser.close()
    return parser.complete() ? parser.body() : "incomplete"
}

describe("a body with a length", () => {
    test("ends after its length, whatever follows", async () => {
        expect(await bodyOf(OK + "Content-Length: 2\r\n\r\no")).toBe("incomplete")
        expect(await bodyOf(OK + "Content-Length: 2\r\n\r\nok")).toBe("ok")
        expect(await bodyOf(OK + "Content-Length: 2\r\n\r\nokHTTP/1.1 500 No\r\n\r\n")).toBe("ok")
    })

    test("is incomplete when the connection closes early", async () => {
        expect(await closedBodyOf(OK + "Content-Length: 2\r\n\r\no")).toBe("incomplete")
    })

    test("may be empty", async () => {
        expect(await bodyOf(OK + "content-length:0\r\n\r\n")).toBe("")
        expect(await bodyOf("HTTP/1.1 204 No Content\r\n\r\n")).toBe("")
        expect(await bodyOf("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")).toBe("")
    })

    test("may follow header lines that end with a bare line feed", async () => {
        expect(await bodyOf("HTTP/1.1 200 OK\nContent-Length: 2\n\nok")).toBe("ok")
    })
})

describe("a body in chunks", () => {
    test("ends after the last chunk and its trailers", async () => {
        expect(await bodyOf(CHUNKED + "2\r\nok\r\n0\r\n")).toBe("incomplete")
        expect(await bodyOf(CHUNKED + "2\r\nok\r\n0\r\n\r\n")).toBe("ok")
        expect(await bodyOf(CHUNKED + "2\r\nok\r\n0\r\nExpires: never\r\nX: y\r\n")).toBe("incomplete")
        expect(await bodyOf(CHUNKED + "2\r\nok\r\n0\r\nExpires: never\r\nX: y\r\n\r\n")).toBe("ok")
    })

    test("may have extensions, leading zeros and capitals in its sizes", async () => {
        expect(await bodyOf(CHUNKED + '001;a="b;c"\r\n-\r\nA ; x\r\n0123456789\r\n0;last\r\n\r\n')).toBe(
            "-0123456789",
        )
    })

    test("may contain line ends and text that looks like a size", async () => {
        expect(await bodyOf(CHUNKED + "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n")).toBe("\r\n0\r\n\r\n")
    })

    test("is incomplete when the connection closes early", async () => {
        expect(await closedBodyOf(CHUNKED + "2\r\nok\r\n")).toBe("incomplete")
        expect(await closedBodyOf(CHUNKED + "2\r\nok\r\n0\r\n")).toBe("incomplete")
    })
})

describe("a body without a length", () => {
    test("ends with the connection", async () => {
        expect(await bodyOf("HTTP/1.0 200 OK\r\n\r\nok")).toBe("incomplete")
        expect(await closedBodyOf("HTTP/1.0 200 OK\r\n\r\nok")).toBe("ok")
        expect(await closedBodyOf("HTTP/1.1 200 OK\r\n\r\n")).toBe("")
    })

    test("is incomplete when the connection closes in the headers", async () => {
        expect(await closedBodyOf("HTTP/1.1 200 OK\r\nDate: x\r\n")).toBe("incomplete")
        expect(await closedBodyOf("")).toBe("incomplete")
    })
})

describe("a body longer than its buffer", () => {
    const length = (body: string) => OK + "Content-Length: " + body.length + "\r\n\r\n" + body

    test("is cut and counts as complete", async () => {
        const parser = await fed(length(DIGITS + DIGITS + "0123456789"))
        expect(parser.complete()).toBe(true)
        expect(parser.isCut).toBe(true)
        expect(parser.body()).toBe(DIGITS + DIGITS)
    })

    test("keeps its start and end when it starts with PHP notices", async () => {
        const notice =
            "<br />\n<b>Warning</b>: Undefined array key 3 in <b>/var/www/emoncms/index.php</b> on line <b>7</b><br />\n"
        const parser = await fed(length(notice + notice + notice + "ok"))
        expect(parser.complete()).toBe(true)
        expect(parser.isCut).toBe(false)
        const body = parser.body()
        expect(body.length <= 100).toBe(true)
        expect(body.startsWith(notice.slice(0, 25))).toBe(true)
        expect(body.endsWith("<b>7</b><br />\nok")).toBe(true)
    })
})

describe("interim replies", () => {
    test("are skipped along with their headers", async () => {
        const early = "HTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\nDate: early\r\n\r\n"
        const parser = await fed("HTTP/1.1 100 Continue\r\n\r\n" + early + OK + "Content-Length: 2\r\n\r\nok")
        expect(parser.complete()).toBe(true)
        expect(parser.status).toBe(200)
        expect(parser.date).toBe(undefined)
        expect(parser.body()).toBe("ok")
    })
})

describe("a reply to HEAD", () => {
    test("has no body despite a Content-Length, and keeps the content type", async () => {
        const parser = new HttpResponseParser(Buffer.alloc(100))
        parser.reset(true)
        const raw = Buffer.from(
            OK + "Content-Type: text/html; charset=utf-8\r\nContent-Length: 45000\r\n\r\n",
        )
        parser.feed(raw, 0, raw.length)
        expect(parser.complete()).toBe(true)
        expect(parser.contentType).toBe("text/html; charset=utf-8")
        expect(parser.body()).toBe("")
    })

    test("has no chunks", async () => {
        const parser = new HttpResponseParser(Buffer.alloc(100))
        parser.reset(true)
        const raw = Buffer.from(CHUNKED)
        parser.feed(raw, 0, raw.length)
        expect(parser.complete()).toBe(true)
    })
})
