import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { HttpResponseParser } from "../../../src/net/http-response"
import { RECORDED_REPLIES } from "./recorded-replies"

const PARSER = new HttpResponseParser(Buffer.alloc(200))

/** Feeds `raw` in two pieces, split before byte `at`, and then closes the connection. */
function feedSplit(raw: Buffer, at: number): void {
    PARSER.reset()
    PARSER.feed(raw, 0, at)
    PARSER.feed(raw.slice(at), 0, raw.length - at)
    PARSER.close()
}

function feedBytes(raw: Buffer): void {
    PARSER.reset()
    for (let i = 0; i < raw.length; i++) PARSER.feed(raw, i, i + 1)
    PARSER.close()
}

describe("replies of a real EmonCMS", () => {
    for (const reply of RECORDED_REPLIES) replyTest(reply)
})

function replyTest(reply: { name: string; raw: string; status: number; date: string; body: string }): void {
    const raw = Buffer.from(reply.raw)
    const isRead = () => {
        expect(PARSER.complete()).toBe(true)
        expect(PARSER.status).toBe(reply.status)
        expect(PARSER.date).toBe(reply.date)
        expect(PARSER.body()).toBe(reply.body)
    }
    test(reply.name + ": is parsed byte by byte", () => {
        feedBytes(raw)
        isRead()
    })
    test(reply.name + ": is parsed when split anywhere", async () => {
        for (let at = 1; at < raw.length; at++) {
            feedSplit(raw, at)
            isRead()
            await ds.sleep(0)
        }
    })
}
