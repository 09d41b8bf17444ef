import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { afterEach, describe, expect, it, test } from "vitest"
import { wallClock } from "../../../sim/clock"
import { EmonCmsServer } from "../../../sim/emoncms/server"
import { EmonCmsApi, withoutNotices } from "../../../tools/emoncms/api"
import {
    EmonCmsError,
    MovedError,
    NoKeyArrivedError,
    NotEmonCmsError,
    ReadOnlyKeyError,
    ServerTroubleError,
    ServerUnreachableError,
    TooOldError,
    WrongKeyError,
} from "../../../tools/emoncms/errors"

const KEY = "0123456789abcdef0123456789abcdef"

let closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
    for (const close of closing) await close()
    closing = []
})

async function standIn(version: string) {
    const server = new EmonCmsServer({ clock: wallClock, writeKey: KEY, version })
    closing.push(() => server.close())
    return { server, ...(await server.listen()) }
}

/** A web server that gives every request the same answer. */
async function saying(status: number, body: string, headers: Record<string, string> = {}): Promise<string> {
    const web: Server = createServer((_, response) => response.writeHead(status, headers).end(body))
    await new Promise<void>(resolve => web.listen(0, "127.0.0.1", resolve))
    closing.push(() => new Promise(resolve => web.close(resolve)))
    return `http://127.0.0.1:${(web.address() as AddressInfo).port}`
}

async function refusal(url: string, key = KEY): Promise<EmonCmsError> {
    const error = await new EmonCmsApi({ url, key }).checkKey().then(
        () => undefined,
        (e: unknown) => e,
    )
    expect(error).toBeInstanceOf(EmonCmsError)
    expect((error as EmonCmsError).message).not.toContain(key)
    return error as EmonCmsError
}

describe.each(["11.16.8", "11.2.3", "11.0.9", "11.0.9-php8.2", "10.2.7-php8.2", "10.1.9", "9.9.4", "9.8.10"])(
    "the key check on EmonCMS %s",
    version => {
        it("accepts the write key and stores nothing", async () => {
            const { server, url } = await standIn(version)
            await new EmonCmsApi({ url, key: KEY }).checkKey()
            expect(server.inputs().size).toBe(0)
        })

        it("distinguishes a read-only key from a wrong one", async () => {
            const { server, url } = await standIn(version)
            expect(await refusal(url, server.readKey)).toBeInstanceOf(ReadOnlyKeyError)
            expect(await refusal(url, KEY.replace("0", "f"))).toBeInstanceOf(WrongKeyError)
        })

        it("distinguishes a database failure from a Redis failure", async () => {
            const { server, url } = await standIn(version)
            server.databaseDown = true
            expect(await refusal(url)).toMatchObject({ what: "database" })
            server.databaseDown = false
            server.redisDown = true
            expect(await refusal(url)).toMatchObject({ what: "Redis" })
        })
    },
)

const LOGIN = '{"success":false,"message":"Username or password empty"}'

test.each([
    ["a web page instead of EmonCMS", 200, "<!doctype html><html></html>", NotEmonCmsError],
    ["a path that does not exist", 404, "Not Found", NotEmonCmsError],
    [
        "EmonCMS at another path",
        406,
        '{"success":false,"message":"406 Not Acceptable. Route not found"}',
        NotEmonCmsError,
    ],
    ["a proxy that asks for a password", 401, "Unauthorized", NotEmonCmsError],
    ["a proxy that removes the key's header", 200, LOGIN, NoKeyArrivedError],
    // Recorded from 9.7.7.
    [
        "EmonCMS 9.7.7 as too old",
        200,
        "Error: Format error, json string supplied is not valid\n",
        TooOldError,
    ],
    ["a bad gateway", 502, "Bad Gateway", ServerTroubleError],
] as const)("reports %s", async (_, status, body, type) => {
    expect(await refusal(await saying(status, body))).toBeInstanceOf(type)
})

test("reports an error of PHP that is neither the database's nor Redis's", async () => {
    const body = "<br />\n<b>Fatal error</b>:  Uncaught Error in <b>/var/www/emoncms/index.php</b>"
    expect(await refusal(await saying(200, body))).toMatchObject({ what: "EmonCMS", status: 200 })
})

test("reports a redirect's target without path or query, and does not follow it", async () => {
    const url = await saying(302, "", { Location: `https://portal.example/login?token=${KEY}` })
    const error = await refusal(url)
    expect(error).toBeInstanceOf(MovedError)
    expect(error.message).toContain("another address: https://portal.example.")
})

test("reports an address without a server", async () => {
    const url = await saying(200, "")
    await closing.pop()!()
    const error = await refusal(url)
    expect(error).toBeInstanceOf(ServerUnreachableError)
    expect(error.message).toContain("ECONNREFUSED")
})

test.each([
    ["ok", "ok"],
    ['<br />\n<b>Deprecated</b>:  x in <b>/a.php</b> on line <b>1</b><br />\n{"a":1}', '{"a":1}'],
    [
        "<br />\n<b>Warning</b>:  y in <b>/a.php</b> on line <b>1</b><br />\n<br />\n<b>Notice</b>:  z<br />\nok\n",
        "ok",
    ],
    [
        "Invalid API key<br />\n<b>Deprecated</b>:  f in <b>/a.php</b> on line <b>2</b><br />\n",
        "Invalid API key",
    ],
])("removes PHP notices from %j", (body, rest) => {
    expect(withoutNotices(body)).toBe(rest)
})
