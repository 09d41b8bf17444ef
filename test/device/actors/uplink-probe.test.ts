import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import type { ServerDate } from "../../../src/actors/timekeeper"
import type { Account } from "../../../src/actors/uplink/account"
import { Server } from "../../../src/actors/uplink/emoncms-client"
import { Topic } from "../../../src/kernel/topic"
import { HttpClient } from "../../../src/net/http"
import { SocketOwner } from "../../../src/net/socket"
import { parseUrl } from "../../../src/net/url"
import { FakeSocket } from "../net/fake-socket"

const ACCOUNT: Account = {
    url: parseUrl("http://server"),
    authorization: "Authorization: Bearer key",
    node: "house",
}
const DATE = "Date: Sun, 22 Nov 2026 20:22:55 GMT\r\n"
const HTML = "Content-Type: text/html; charset=UTF-8\r\n"
const JSON_TYPE = "Content-Type: application/json\r\n"
const WRITE = '{"success": false, "message": "Format error, json string supplied is not valid"}'

/** A server at a fake socket. */
class World {
    readonly native = new FakeSocket()
    /** How often an answer's date was published. */
    dates = 0
    readonly server: Server

    constructor() {
        const topic = new Topic<ServerDate>("dates")
        topic.subscribe(this.onDate)
        this.server = new Server(new HttpClient(new SocketOwner(this.native), Buffer.alloc(200)), topic)
    }

    private onDate() {
        this.dates++
    }

    /** Answers the next request. */
    async answer(status: string, type: string, body: string) {
        const head =
            "HTTP/1.1 " + status + "\r\n" + DATE + type + "Content-Length: " + body.length + "\r\n\r\n"
        await ds.sleep(200)
        this.native.says("open")
        await ds.sleep(10)
        this.native.says("data", Buffer.from(head + body))
    }

    /** The outcome of a probe: `nothing`, or the cause of its failure. */
    async probe(status: string, type: string): Promise<string> {
        this.answer.start(status, type, "")
        try {
            await this.server.probe(ACCOUNT)
        } catch (e) {
            return (e as { cause?: string }).cause
        }
        return "nothing"
    }
}

describe("a probe", () => {
    test("sends HEAD, passes a reply that may come from EmonCMS, and publishes no date", async () => {
        const world = new World()
        expect(await world.probe("200 OK", JSON_TYPE)).toBe("nothing")
        expect(world.native.written[0].toString().startsWith("HEAD /user/session.json HTTP/1.1")).toBe(true)
        expect(world.dates).toBe(0)
    })

    test("reports a web page and a server error status", async () => {
        const world = new World()
        expect(await world.probe("200 OK", HTML)).toBe("web page")
        expect(await world.probe("503 Service Unavailable", HTML)).toBe("server trouble")
    })

    test("passes despite status 401, which only a body explains", async () => {
        const world = new World()
        expect(await world.probe("401 Unauthorized", HTML)).toBe("nothing")
    })

    test("passes servers that refuse this method", async () => {
        const world = new World()
        for (const status of ["403 Forbidden", "405 Method Not Allowed"])
            expect(await world.probe(status, HTML)).toBe("nothing")
    })

    test("ignores the content type of a server that sends good answers as HTML", async () => {
        const world = new World()
        world.answer.start("200 OK", HTML, WRITE)
        await world.server.checkKey(ACCOUNT)
        expect(await world.probe("200 OK", HTML)).toBe("nothing")
    })

    test("publishes no date, whatever the status and content type", async () => {
        const world = new World()
        for (const status of [
            "200 OK",
            "302 Found",
            "401 Unauthorized",
            "511 Network Authentication Required",
        ])
            for (const type of [HTML, JSON_TYPE, ""]) await world.probe(status, type)
        expect(world.dates).toBe(0)
    })
})

describe("the date of an answer", () => {
    test("to a key check counts only if the answer must be from EmonCMS", async () => {
        const cases: [string, string, number][] = [
            ["200 OK", WRITE, 1],
            ["200 OK", "ok", 1],
            ["200 OK", "", 0],
            ["200 OK", "false", 0],
            ["200 OK", "<html>Welcome</html>", 0],
            ["200 OK", '{"success": true, "message": "welcome"}', 0],
            ["302 Found", WRITE, 0],
            ["401 Unauthorized", "Invalid API key", 0],
            ["403 Forbidden", "ok", 0],
            ["503 Service Unavailable", WRITE, 0],
        ]
        for (const it of cases)
            for (const type of [HTML, JSON_TYPE]) {
                const world = new World()
                world.answer.start(it[0], type, it[1])
                try {
                    await world.server.checkKey(ACCOUNT)
                } catch {
                    expect(it[2]).toBe(0)
                }
                expect(world.dates).toBe(it[2])
            }
    })

    test("to a last-row query counts only if the answer must be from EmonCMS", async () => {
        const cases: [string, string, number][] = [
            ["200 OK", '{"time":1700000040,"value":1,"processList":""}', 1],
            ["200 OK", '"Node does not exist"', 1],
            ["200 OK", "false", 0],
            ["200 OK", "ok", 0],
            ["200 OK", "<html>Welcome</html>", 0],
            ["302 Found", '{"time":1700000040}', 0],
            ["502 Bad Gateway", '"Node does not exist"', 0],
        ]
        for (const it of cases) {
            const world = new World()
            world.answer.start(it[0], JSON_TYPE, it[1])
            try {
                await world.server.lastRow(ACCOUNT, "power")
            } catch {
                expect(it[2]).toBe(0)
            }
            expect(world.dates).toBe(it[2])
        }
    })
})
