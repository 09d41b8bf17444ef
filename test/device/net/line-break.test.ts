import { describe, expect, test } from "@devicescript/test"
import { HttpClient, LineBreakInRequest } from "../../../src/net/http"
import { SocketOwner } from "../../../src/net/socket"
import { parseUrl } from "../../../src/net/url"
import { FakeSocket } from "./fake-socket"

const WITHIN = { turnMs: 1000, connectMs: 1000, sendMs: 1000, firstByteMs: 1000, replyMs: 1000 }

describe("a line break in a request", () => {
    test("is refused before anything is sent, without a word of what it was in", async () => {
        const network = new FakeSocket(true)
        const http = new HttpClient(new SocketOwner(network), Buffer.alloc(100))
        const url = parseUrl("http://server")
        const refused: Error[] = []
        const attempt = async (path: string, header: string) => {
            try {
                await http.request({ method: "GET", url, path, headers: [header] }, WITHIN)
            } catch (e) {
                refused.push(e as Error)
            }
        }
        await attempt("/", "Authorization: secret\nHost: thief")
        await attempt("/", "Authorization: secret\rHost: thief")
        await attempt("/secret\r\n", "Accept: */*")
        expect(refused.length).toBe(3)
        for (const e of refused) {
            expect(e instanceof LineBreakInRequest).toBe(true)
            expect(e.message.includes("secret")).toBe(false)
        }
        expect(network.history()).toBe("")
    })
})
