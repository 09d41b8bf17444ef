import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import type { Connection } from "../../../src/net/connection"
import { SocketOwner } from "../../../src/net/socket"
import type { SocketError } from "../../../src/net/socket-errors"
import { failureOf } from "./failure"
import { FakeSocket } from "./fake-socket"

const METER = { host: "meter", port: 502, tls: false }
const SERVER = { host: "emoncms.org", port: 443, tls: true }

async function later(ms: number, act: () => void) {
    await ds.sleep(ms)
    act()
}

describe("connecting", () => {
    test("succeeds when the firmware reports an open socket", async () => {
        const native = new FakeSocket()
        const sockets = new SocketOwner(native)
        later.start(10, () => native.says("open"))
        const connection = await sockets.connect(METER, 100, 100)
        expect(connection.to).toBe(METER)
        expect(native.history()).toBe("open meter:502")
    })

    test("fails with the firmware's reason", async () => {
        const native = new FakeSocket()
        const sockets = new SocketOwner(native)
        later.start(10, () => native.says("error", "can't resolve host"))
        const e = (await failureOf(async () => await sockets.connect(METER, 100, 100))) as SocketError
        expect((e as SocketError).failure).toBe("ConnectFailed")
        expect(e.peer).toBe("meter:502")
        expect(e.phase).toBe("connect")
        expect(e.detail).toBe("can't resolve host")
    })

    test("fails with the simulator's reason, minus the repeated address", async () => {
        const native = new FakeSocket()
        const sockets = new SocketOwner(native)
        later.start(10, () => native.says("error", "tcp://meter:502: connect ECONNREFUSED 10.0.0.1:502"))
        const e = (await failureOf(async () => await sockets.connect(METER, 100, 100))) as SocketError
        expect(e.detail).toBe("connect ECONNREFUSED 10.0.0.1:502")
    })

    test("times out when there is no answer", async () => {
        const sockets = new SocketOwner(new FakeSocket())
        const e = (await failureOf(async () => await sockets.connect(METER, 100, 30))) as SocketError
        expect((e as SocketError).failure).toBe("ConnectTimeout")
        expect(e.detail).toBe(30)
    })

    test("distinguishes a refused certificate from a failed connection", async () => {
        const native = new FakeSocket()
        const sockets = new SocketOwner(native)
        later.start(10, () => native.says("error", "mbedtls_ssl_handshake"))
        const refused = await failureOf(async () => await sockets.connect(SERVER, 100, 100))
        expect((refused as SocketError).failure).toBe("TlsRefused")
        expect((refused as SocketError).phase).toBe("connect")
        later.start(100, () => native.says("error", "can't connect"))
        const failed = await failureOf(async () => await sockets.connect(SERVER, 200, 200))
        expect((failed as SocketError).failure).toBe("ConnectFailed")
    })

    test("fails while the network is down, and succeeds once it is up", async () => {
        const native = new FakeSocket()
        const sockets = new SocketOwner(native)
        native.networkDown = true
        const e = await failureOf(async () => await sockets.connect(METER, 100, 100))
        expect((e as SocketError).failure).toBe("NetworkDown")
        native.networkDown = false
        later.start(100, () => native.says("open"))
        const connection: Connection = await sockets.connect(METER, 200, 200)
        expect(connection.to.host).toBe("meter")
    })
})
