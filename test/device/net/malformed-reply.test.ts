import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { HttpResponseParser } from "../../../src/net/http-response"
import type { MalformedReply } from "../../../src/net/reply-errors"

const OK = "HTTP/1.1 200 OK\r\n"
const CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n"

const TOO_LONG = "very long headers"

/** @throws MalformedReply */
async function parse(text: string): Promise<HttpResponseParser> {
    const parser = new HttpResponseParser(Buffer.alloc(10))
    const raw = Buffer.from(text)
    for (let at = 0; at < raw.length; at += 500) {
        parser.feed(raw, at, Math.min(at + 500, raw.length))
        await ds.sleep(0)
    }
    return parser
}

/** What is wrong with a reply; `undefined` for nothing. */
async function problemOf(text: string): Promise<string> {
    try {
        await parse(text)
    } catch (e) {
        return (e as MalformedReply).problem
    }
    return undefined
}

function repeated(text: string, count: number): string {
    const parts: string[] = []
    for (let i = 0; i < count; i++) parts.push(text)
    return parts.join("")
}

describe("HTTP parser refuses", () => {
    test("a status line that is not HTTP/1", async () => {
        for (const line of ["", "ok", "HTTP/1.1 20", "HTTP/1.1 2000 x", "HTTP/1.1 2x0 x", "HTTP/1.1 099 x"])
            expect(await problemOf(line + "\r\n")).toBe("a bad status line")
        for (const line of [
            "HTTP/2 200",
            "HTTP/1.2 200 OK",
            "http/1.1 200 OK",
            " HTTP/1.1 200 OK",
            "ICY 200 OK",
        ])
            expect(await problemOf(line + "\r\n")).toBe("a bad status line")
    })

    test("a header line without a name", async () => {
        expect(await problemOf(OK + "no colon\r\n")).toBe("a header line without a name")
        expect(await problemOf(OK + ": value\r\n")).toBe("a header line without a name")
        expect(await problemOf(OK + "Content-Length : 2\r\n")).toBe("a header line without a name")
        expect(await problemOf(OK + "X: y\r\n folded\r\n")).toBe("a header line without a name")
        expect(await problemOf(OK + "X: y\r\n Content-Length: 2\r\n")).toBe("a header line without a name")
    })

    test("a length that is not a number", async () => {
        for (const length of ["", "x", "-1", "+2", "2.0", "2, 2", "0x2", "99999999999999999999"])
            expect(await problemOf(OK + "Content-Length: " + length + "\r\n")).toBe(
                "a Content-Length that is not a number",
            )
    })

    test("two lengths, even when they agree", async () => {
        expect(await problemOf(OK + "Content-Length: 2\r\nContent-Length: 2\r\n")).toBe(
            "two Content-Length headers",
        )
    })

    test("a length together with chunks, in either order", async () => {
        const problem = "both chunks and a Content-Length"
        expect(await problemOf(OK + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n")).toBe(problem)
        expect(await problemOf(OK + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n")).toBe(problem)
    })

    test("an unsupported transfer coding", async () => {
        const problem = "an unknown Transfer-Encoding"
        expect(await problemOf(OK + "Transfer-Encoding: gzip, chunked\r\n")).toBe(problem)
        expect(await problemOf(OK + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")).toBe(
            problem,
        )
        expect(await problemOf("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")).toBe(
            "chunks in HTTP/1.0",
        )
    })

    test("a chunk that contradicts its size", async () => {
        expect(await problemOf(CHUNKED + "1\r\nok\r\n")).toBe("a chunk longer than its size")
        for (const size of ["", "g", "-1", "0x2", ";x", "fffffffff"])
            expect(await problemOf(CHUNKED + size + "\r\n")).toBe("a chunk size that is not a number")
    })

    test("a change of protocol", async () => {
        expect(await problemOf("HTTP/1.1 101 Switching Protocols\r\n\r\n")).toBe("a change of protocol")
    })

    test("a relevant header that is far too long", async () => {
        expect(await problemOf(OK + "Date: " + repeated("x", 200) + "\r\n")).toBe("a very long date")
        expect(await problemOf(OK + "X-Long: " + repeated("x", 200) + "\r\n")).toBe(undefined)
    })
})

describe("HTTP parser limits", () => {
    test("the total length of the headers", async () => {
        const header = "X: " + repeated("y", 95) + "\r\n"
        expect(await problemOf(OK + repeated(header, 81))).toBe(undefined)
        expect(await problemOf(OK + repeated(header, 82))).toBe(TOO_LONG)
        expect(await problemOf(repeated("HTTP/1.1 100 Go on\r\n\r\n", 400))).toBe(TOO_LONG)
    })

    test("the length of a line", async () => {
        expect(await problemOf(OK + "X: " + repeated("0123456789", 900))).toBe(TOO_LONG)
    })

    test("the body, however it is framed, and keeps its beginning", async () => {
        const body = "0123456789"
        for (const framing of [OK + "Content-Length: 99\r\n\r\n", OK + "\r\n", CHUNKED + "b\r\n"]) {
            const whole = await parse(framing + body)
            expect(whole.isCut).toBe(false)
            expect(whole.complete()).toBe(false)
            const cut = await parse(framing + body + "xyz")
            expect(cut.isCut).toBe(true)
            expect(cut.complete()).toBe(true)
            expect(cut.status).toBe(200)
            expect(cut.body()).toBe(body)
        }
    })
})
