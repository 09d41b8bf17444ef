import { type ChildProcess, spawn } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { createServer, type Server, type TLSSocket } from "node:tls"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import * as peer from "./behaviors"
import { RawServer } from "./raw-server"
import { type Job, type Outcome, requestOf } from "./requests"
import { hasOpenssl, type Identity, TestAuthority } from "./test-authority"

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

const openssl = await hasOpenssl()
if (!openssl && process.env.CI) throw new Error("openssl is missing; install it to test TLS")
if (!openssl) console.warn("TLS is not tested: there is no openssl command")

describe.skipIf(!openssl)("over TLS", () => {
    let folder: string
    let known: TestAuthority
    let unknown: TestAuthority
    let device: ChildProcess
    let lines: AsyncIterator<string>
    const servers: Server[] = []

    beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), "emonscript-tls-"))
        known = await TestAuthority.create(join(folder, "known"))
        unknown = await TestAuthority.create(join(folder, "unknown"))
        const script = join(import.meta.dirname, "request-process.ts")
        device = spawn(process.execPath, ["--import", "tsx", script], {
            env: { ...process.env, NODE_EXTRA_CA_CERTS: known.certificateFile },
            stdio: ["pipe", "pipe", "inherit"],
        })
        lines = createInterface(device.stdout!)[Symbol.asyncIterator]()
    })
    afterAll(async () => {
        device.stdin!.end()
        if (device.exitCode === null) await new Promise(resolve => device.on("exit", resolve))
        for (const server of servers) server.close()
        await rm(folder, { recursive: true })
    })

    async function request(job: Job): Promise<Outcome> {
        device.stdin!.write(`${JSON.stringify(job)}\n`)
        const { value, done } = await lines.next()
        if (done) throw new Error("The process of the device has ended")
        return JSON.parse(value)
    }

    async function serve(identity: Identity, onConnection: (socket: TLSSocket) => void): Promise<string> {
        const server = createServer(identity, onConnection)
        server.on("tlsClientError", () => {}) // the device refuses
        servers.push(server)
        await new Promise<void>(resolve => server.listen(0, "localhost", resolve))
        return `https://localhost:${(server.address() as AddressInfo).port}`
    }

    const answer = (socket: TLSSocket) => {
        socket.on("error", () => {})
        socket.once("data", () => socket.end(OK))
    }

    test("accepts a valid certificate", async () => {
        const url = await serve(await known.issue({ host: "localhost" }), answer)
        expect(await request(requestOf({ url }))).toMatchObject({ status: 200, body: "ok" })
    })

    test("sends a long body completely", async () => {
        let received = ""
        const url = await serve(await known.issue({ host: "localhost" }), socket => {
            socket.on("data", data => {
                received += data
                if (received.endsWith("end")) socket.end(OK)
            })
        })
        const body = `${"0123456789".repeat(300)}end`
        expect(await request(requestOf({ url, method: "POST", body }))).toMatchObject({ status: 200 })
        expect(received.slice(received.indexOf("\r\n\r\n") + 4)).toBe(body)
    })

    test.each([
        ["an expired certificate", () => known.issue({ host: "localhost", from: -9, to: -2 }), /expired/],
        [
            "a certificate that is not valid yet",
            () => known.issue({ host: "localhost", from: 2, to: 9 }),
            /not yet valid/,
        ],
        ["a certificate for another host", () => known.issue({ host: "emoncms.example" }), /altnames/],
        [
            "a certificate from an unknown authority",
            () => unknown.issue({ host: "localhost" }),
            /certificate/,
        ],
    ])("refuses %s, reports why, and sends nothing", async (_, identity, reason) => {
        let heard = 0
        const url = await serve(await identity(), socket => {
            socket.on("error", () => {})
            socket.on("data", data => {
                heard += data.length
            })
        })
        const outcome = await request(requestOf({ url, headers: ["Authorization: Bearer secret"] }))
        expect(outcome).toMatchObject({ error: "TlsRefused" })
        expect(outcome.detail).toMatch(reason)
        expect(heard).toBe(0)
    })

    test("reports a server without TLS as TlsRefused", async () => {
        const server = await RawServer.start(peer.reply(OK))
        const url = `https://127.0.0.1:${server.port}`
        expect(await request(requestOf({ url }))).toMatchObject({ error: "TlsRefused" })
        await server.stop()
    })

    test("times out when the server is silent in the handshake, and then still works", async () => {
        const server = await RawServer.start(peer.silence)
        const url = `https://127.0.0.1:${server.port}`
        expect(await request(requestOf({ url }))).toMatchObject({ error: "ReceiveTimeout" })
        const good = await serve(await known.issue({ host: "localhost" }), answer)
        expect(await request(requestOf({ url: good }))).toMatchObject({ status: 200 })
        await server.stop()
    })
})
