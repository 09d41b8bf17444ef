import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import { RawServer } from "./raw-server"
import { type RequestDevice, requestOf, startRequestDevice } from "./requests"

const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"))

let device: RequestDevice
let server: RawServer
let received = ""

beforeAll(async () => {
    device = await startRequestDevice()
    server = await RawServer.start(socket => {
        received = ""
        socket.on("data", data => {
            received += data
            if (/\r\n\r\n(.*end)?$/s.test(received)) socket.end("HTTP/1.1 204 No Content\r\n\r\n")
        })
    })
})
afterAll(async () => {
    await device.stop()
    await server.stop()
})

test("a GET sends Host and Connection: close, and no body", async () => {
    const headers = ["Authorization: Bearer 0123"]
    const outcome = await device.do(
        requestOf({ url: `${server.url}/emoncms/`, path: "/user/session.json", headers }),
    )
    expect(outcome).toMatchObject({ status: 204 })
    expect(received).toBe(
        "GET /emoncms/user/session.json HTTP/1.1\r\n" +
            `Host: 127.0.0.1:${server.port}\r\n` +
            `User-Agent: emonscript/${version}\r\n` +
            "Authorization: Bearer 0123\r\n" +
            "Connection: close\r\n\r\n",
    )
})

test("a POST sends the length of its body in bytes", async () => {
    const body = "é€ and the end"
    const outcome = await device.do(requestOf({ url: server.url, method: "POST", path: "/input/bulk", body }))
    expect(outcome).toMatchObject({ status: 204 })
    expect(received).toBe(
        "POST /input/bulk HTTP/1.1\r\n" +
            `Host: 127.0.0.1:${server.port}\r\n` +
            `User-Agent: emonscript/${version}\r\n` +
            `Content-Length: ${Buffer.byteLength(body)}\r\n` +
            `Connection: close\r\n\r\n${body}`,
    )
})

test("a body sent in several pieces arrives complete", async () => {
    const body = `${"0123456789".repeat(300)}end`
    const outcome = await device.do(requestOf({ url: server.url, method: "POST", body }))
    expect(outcome).toMatchObject({ status: 204 })
    expect(received.endsWith(`\r\n\r\n${body}`)).toBe(true)
})

test.each([
    ["a header", { headers: ["Authorization: Bearer secret\r\nX: y"] }],
    ["the path", { path: "/secret\nX: y" }],
])("refuses a line break in %s without quoting it in the error", async (_, job) => {
    received = ""
    const outcome = await device.do(requestOf({ url: server.url, ...job }))
    expect(outcome).toMatchObject({ error: "LineBreakInRequest" })
    expect(outcome.message).not.toContain("secret")
    expect(received).toBe("")
})
