import { once } from "node:events"
import { connect } from "node:net"
import { networkInterfaces } from "node:os"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { WebSocket } from "ws"
import { PROTOCOL } from "../../../tools/page/guard"
import type { FromPage, ToPage } from "../../../tools/page/messages"
import { PageServer } from "../../../tools/page/page-server"
import { hasBrowser, TestBrowser } from "./browser"

const GREETING = { type: "failure", text: "a greeting" } as const

let server: PageServer
const received: FromPage[] = []
let joined = 0

beforeAll(async () => {
    const host = {
        join(send: (message: ToPage) => void) {
            joined++
            send(GREETING)
            return { receive: (message: FromPage) => void received.push(message), leave: () => {} }
        },
    }
    server = await PageServer.open(host, 0)
})
afterAll(() => server.close())

/** Sends a request byte for byte, and reads the whole answer. */
async function raw(request: string): Promise<string> {
    const socket = connect(server.port, "127.0.0.1")
    let answer = ""
    socket.on("data", data => {
        answer += data
    })
    socket.write(request)
    setTimeout(() => socket.end(), 500)
    await once(socket, "close")
    return answer
}

function get(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<string> {
    const all = { Host: `127.0.0.1:${server.port}`, Connection: "close", ...headers }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
    return raw(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`)
}

async function token(): Promise<string> {
    return /name="token" content="([0-9a-f]{48})"/.exec(await get("/"))![1]!
}

/** The status with which a socket is refused; 101 when it is opened. */
async function socketStatus(headers: Record<string, string>, protocols: string[]): Promise<number> {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/`, protocols, { headers })
    const status = await new Promise<number>(resolve => {
        socket.on("open", () => resolve(101))
        socket.on("unexpected-response", (_request, response) => resolve(response.statusCode!))
        socket.on("error", () => resolve(0))
    })
    socket.on("error", () => {})
    socket.terminate()
    return status
}

const own = () => ({ Origin: `http://127.0.0.1:${server.port}` })

describe("access to the page", () => {
    test("is granted to its own user, also through a link", async () => {
        expect(await get("/")).toMatch(/^HTTP\/1\.1 200 [\s\S]*<title>emonscript/)
        expect(await get("/", { Host: `localhost:${server.port}` })).toMatch(/^HTTP\/1\.1 200 /)
        expect(await get("/page.js", { "Sec-Fetch-Site": "same-origin", ...own() })).toMatch(
            /^HTTP\/1\.1 200 /,
        )
        const link = {
            "Sec-Fetch-Site": "cross-site",
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Dest": "document",
        }
        expect(await get("/", link)).toMatch(/^HTTP\/1\.1 200 /)
    })

    test.each([
        "evil.example",
        "evil.example:80",
        "127.0.0.1",
        "127.0.0.1.evil.example:PORT",
        "evil.example:PORT",
        "127.0.0.1:1",
        "0.0.0.0:PORT",
        "127.0.0.1:PORT@evil.example",
        "",
    ])("is refused under another host name, as after DNS rebinding: %s", async host => {
        const answer = await get("/", { Host: host.replace("PORT", String(server.port)) })
        expect(answer).toMatch(/^HTTP\/1\.1 (403|400) /)
        expect(answer).not.toContain("token")
    })

    test.each([
        "http://evil.example",
        "null",
        "https://127.0.0.1:PORT",
        "http://127.0.0.1:1",
        "http://localhost:PORT",
    ])("is refused to a page from %s", async origin => {
        const answer = await get("/", { Origin: origin.replace("PORT", String(server.port)) })
        expect(answer).toMatch(/^HTTP\/1\.1 403 /)
        expect(answer).not.toContain("token")
    })

    test.each(["cross-site", "same-site"])("is refused when embedded in a %s page", async site => {
        for (const more of [
            { "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script" },
            { "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe" },
        ]) {
            for (const path of ["/", "/page.js"])
                expect(await get(path, { "Sec-Fetch-Site": site, ...more })).toMatch(/^HTTP\/1\.1 403 /)
        }
    })

    test.each(["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])("is refused by %s", async method => {
        expect(await get("/", {}, method)).toMatch(/^HTTP\/1\.1 403 /)
    })

    test.each([
        "/../package.json",
        "/%2e%2e/package.json",
        "/..%2f.env.local",
        "//etc/passwd",
        "/page.js?x",
        "/constructor",
        "/__proto__",
        "/toString",
    ])("serves no other file: %s", async path => {
        expect(await get(path)).toMatch(/^HTTP\/1\.1 404 /)
    })

    test("sends headers that keep other origins out", async () => {
        const answer = await get("/")
        expect(answer).toContain("default-src 'none'")
        expect(answer).toContain("frame-ancestors 'none'")
        expect(answer).not.toMatch(/unsafe-inline|unsafe-eval|Access-Control/i)
        expect(answer).toContain("X-Content-Type-Options: nosniff")
        expect(answer).toContain("Cross-Origin-Resource-Policy: same-origin")
    })

    test("is possible only at 127.0.0.1, which no other computer can reach", async () => {
        expect(server.url).toBe(`http://127.0.0.1:${server.port}/`)
        const others = Object.values(networkInterfaces()).flatMap(all => all!.map(({ address }) => address))
        for (const host of ["127.0.0.2", "::1", ...others.filter(address => address !== "127.0.0.1")]) {
            const socket = connect(server.port, host)
            const noticed = await new Promise<string>(resolve => {
                socket.on("connect", () => resolve("connected"))
                socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code!))
            })
            socket.destroy()
            expect(`${host}: ${noticed}`).toMatch(/: E[A-Z]+$/)
        }
    })
})

describe("access to the WebSocket", () => {
    test("is granted to the page itself", async () => {
        expect(await socketStatus(own(), [PROTOCOL, `token.${await token()}`])).toBe(101)
    })

    test("is refused without the right origin, host, protocol and token", async () => {
        const good = [PROTOCOL, `token.${await token()}`]
        const before = joined
        const evil = { Origin: "http://evil.example" }
        expect(await socketStatus(evil, good)).toBe(403)
        expect(await socketStatus({ Origin: "null" }, good)).toBe(403)
        expect(await socketStatus({}, good)).toBe(403)
        expect(await socketStatus({ ...own(), Host: "evil.example" }, good)).toBe(403)
        expect(
            await socketStatus(
                { Origin: `http://evil.example:${server.port}`, Host: `evil.example:${server.port}` },
                good,
            ),
        ).toBe(403)
        expect(await socketStatus(own(), [PROTOCOL])).toBe(403)
        expect(await socketStatus(own(), [])).toBe(403)
        expect(await socketStatus(own(), [good[1]!])).toBe(403)
        expect(await socketStatus(own(), [PROTOCOL, `token.${"0".repeat(48)}`])).toBe(403)
        expect(await socketStatus(own(), [PROTOCOL, `${good[1]}0`])).toBe(403)
        expect(joined).toBe(before)
    })

    test("does not keep the server open when a refused client never ends", async () => {
        const other = await PageServer.open({ join: () => ({ receive: () => {}, leave: () => {} }) }, 0)
        const client = connect({ port: other.port, host: "127.0.0.1", allowHalfOpen: true })
        client.write(
            `GET / HTTP/1.1\r\nHost: 127.0.0.1:${other.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
        )
        const [answer] = await once(client, "data")
        expect(String(answer)).toMatch(/^HTTP\/1\.1 403 [\s\S]*Refused: /)
        await other.close()
        client.destroy()
    })

    test("ends after an invalid message", async () => {
        const protocols = [PROTOCOL, `token.${await token()}`]
        for (const text of [
            "no JSON",
            "[]",
            "null",
            '{"type":"constructor"}',
            '{"type":"speed","speed":"600"}',
            '{"type":"begin"}',
            '{"type":"stop","more":1}',
            "x".repeat(5000),
        ]) {
            const socket = new WebSocket(`ws://127.0.0.1:${server.port}/`, protocols, { headers: own() })
            socket.on("error", () => {})
            await once(socket, "open")
            socket.send(text)
            await once(socket, "close")
        }
        expect(received).toEqual([])
    })
})

describe.runIf(hasBrowser)("a page from another origin, in a real browser", () => {
    test("can read nothing and change nothing", async () => {
        const browser = await TestBrowser.open()
        const own = await token()
        const before = joined
        try {
            // The same browser, another origin: a page that this computer's user has opened by mistake.
            const page = await browser.page("about:blank")
            await page.route("http://evil.example/", route =>
                route.fulfill({ contentType: "text/html", body: "<!DOCTYPE html><title>evil</title>" }),
            )
            await page.goto("http://evil.example/")
            const target = `http://127.0.0.1:${server.port}/`
            const outcome = await page.evaluate(`(async () => {
                const target = ${JSON.stringify(target)}
                const socket = () => new Promise(resolve => {
                    const ws = new WebSocket(target.replace("http", "ws"), [${JSON.stringify(PROTOCOL)}, "token.${own}"])
                    ws.onopen = () => resolve("open")
                    ws.onerror = () => resolve("refused")
                })
                const read = () => fetch(target).then(r => r.text(), () => "refused")
                const post = () => fetch(target, { method: "POST", mode: "no-cors", body: "x" }).then(r => r.type, () => "refused")
                const script = () => new Promise(resolve => {
                    const s = document.createElement("script")
                    s.type = "text/javascript"
                    s.src = target + "format.js"
                    s.onload = () => resolve("loaded")
                    s.onerror = () => resolve("refused")
                    document.head.append(s)
                })
                const frame = () => new Promise(resolve => {
                    const f = document.createElement("iframe")
                    f.onload = () => {
                        try { resolve(f.contentDocument ? f.contentDocument.title : "closed") } catch { resolve("closed") }
                    }
                    f.src = target
                    document.body.append(f)
                })
                return { socket: await socket(), read: await read(), post: await post(), script: await script(), frame: await frame() }
            })()`)
            expect(outcome).toMatchObject({ socket: "refused", read: "refused", script: "refused" })
            expect((outcome as { frame: string }).frame).not.toContain("emonscript")
            expect(["opaque", "refused"]).toContain((outcome as { post: string }).post)
            expect(joined).toBe(before)
            expect(received).toEqual([])
        } finally {
            await browser.close()
        }
    })
})
