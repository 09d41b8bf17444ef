import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { HttpClient } from "../../../src/net/http"
import { SocketOwner } from "../../../src/net/socket"
import type { SocketError } from "../../../src/net/socket-errors"
import { parseUrl } from "../../../src/net/url"
import { failureOf } from "./failure"
import { FakeSocket } from "./fake-socket"

const PATIENT = { turnMs: 1000, connectMs: 1000, sendMs: 1000, firstByteMs: 1000, replyMs: 1000 }
const BUSY = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 30\r\nContent-Length: 4\r\n\r\nbusy"

/** Sends 600 bytes over TLS to a server that hangs up after 100 ms, when some of them are still to be sent. */
async function post(native: FakeSocket, answer: string | undefined): Promise<unknown> {
    const http = new HttpClient(new SocketOwner(native), Buffer.alloc(100))
    const server = async () => {
        await ds.sleep(10)
        native.says("open")
        await ds.sleep(100)
        if (answer) native.says("data", Buffer.from(answer))
        native.says("close")
    }
    server.start()
    const url = parseUrl("https://server")
    return await http.request(
        { method: "POST", url, path: "/", headers: [], body: Buffer.alloc(600) },
        PATIENT,
    )
}

describe("a server that hangs up before it has the whole request", () => {
    test("is heard if it has answered", async () => {
        const native = new FakeSocket()
        const reply = (await post(native, BUSY)) as { status: number; retryAfter: string; body(): string }
        expect(reply.status).toBe(429)
        expect(reply.retryAfter).toBe("30")
        expect(reply.body()).toBe("busy")
        expect(native.written.length < 4).toBe(true)
    })

    test("is reported if it has not", async () => {
        const e = await failureOf(async () => await post(new FakeSocket(), undefined))
        expect((e as SocketError).failure).toBe("ClosedByPeer")
        expect((e as SocketError).phase).toBe("send")
    })
})
