import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { HttpClient } from "../../../src/net/http"
import { SocketOwner } from "../../../src/net/socket"
import { parseUrl } from "../../../src/net/url"
import { FakeSocket } from "./fake-socket"

const PATIENT = { turnMs: 1000, connectMs: 60000, sendMs: 1000, firstByteMs: 60000, replyMs: 60000 }
const CONNECT_MS = 14000
const ANSWER_MS = 500

describe("the time at which a request was sent", () => {
    test("is that of its first byte, however long connecting takes", async () => {
        const native = new FakeSocket()
        const http = new HttpClient(new SocketOwner(native), Buffer.alloc(100))
        const server = async () => {
            await ds.sleep(CONNECT_MS)
            native.says("open")
            await ds.sleep(ANSWER_MS)
            native.says("data", Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
        }
        server.start()
        const begun = ds.millis()
        const url = parseUrl("http://server")
        const reply = await http.request({ method: "GET", url, path: "/", headers: [] }, PATIENT)
        const { sentAt } = reply
        expect(reply.body()).toBe("ok")
        expect(sentAt - begun >= CONNECT_MS).toBe(true)
        expect(ds.millis() - sentAt >= ANSWER_MS).toBe(true)
    })
})
