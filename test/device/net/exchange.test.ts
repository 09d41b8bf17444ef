import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import type { Connection } from "../../../src/net/connection"
import { SocketOwner } from "../../../src/net/socket"
import type { SocketError } from "../../../src/net/socket-errors"
import { failureOf } from "./failure"
import { FakeSocket } from "./fake-socket"

async function connected(native: FakeSocket, tls = false): Promise<Connection> {
    const sockets = new SocketOwner(native)
    const open = async () => {
        await ds.sleep(1)
        native.says("open")
    }
    open.start()
    return await sockets.connect({ host: "server", port: 80, tls }, 100, 100)
}

async function later(ms: number, act: () => void) {
    await ds.sleep(ms)
    act()
}

describe("receiving", () => {
    test("returns the bytes in order, then the end of the connection", async () => {
        const native = new FakeSocket()
        const connection = await connected(native)
        native.says("data", hex`01`)
        native.says("data", hex`0203`)
        native.says("close")
        expect((await connection.recv(10)).toString("hex")).toBe("01")
        expect((await connection.recv(10)).toString("hex")).toBe("0203")
        expect(await connection.recv(10)).toBe(null)
    })

    test("waits no longer than the timeout", async () => {
        const native = new FakeSocket()
        const connection = await connected(native)
        expect(await connection.recv(20)).toBe(undefined)
        later.start(10, () => native.says("data", hex`04`))
        expect((await connection.recv(100)).toString("hex")).toBe("04")
    })

    test("returns the bytes received before a reset, then throws the reset", async () => {
        const native = new FakeSocket()
        const connection = await connected(native)
        native.says("data", hex`05`)
        native.says("error", "recv error")
        expect((await connection.recv(10)).toString("hex")).toBe("05")
        const e = (await failureOf(async () => await connection.recv(10, "first byte"))) as SocketError
        expect((e as SocketError).failure).toBe("ConnectionLost")
        expect(e.phase).toBe("first byte")
        expect(e.detail).toBe("recv error")
    })

    test("keeps a limited number of bytes, and hangs up when more arrive", async () => {
        const native = new FakeSocket()
        const connection = await connected(native)
        for (let i = 0; i < 6; i++) native.says("data", Buffer.alloc(1000))
        expect(native.history()).toBe("open server:80, close")
        let received = 0
        for (let i = 0; i < 5; i++) received = received + (await connection.recv(10)).length
        expect(received).toBe(5000)
        const e = await failureOf(async () => await connection.recv(10))
        expect((e as SocketError).failure).toBe("ReceiveOverflow")
    })

    test("wakes when the connection is closed locally", async () => {
        const native = new FakeSocket()
        const connection = await connected(native)
        later.start(10, () => connection.close())
        const e = await failureOf(async () => await connection.recv(60000))
        expect((e as SocketError).failure).toBe("ClosedHere")
    })

    test("reports a certificate that the simulator refuses after connecting", async () => {
        const native = new FakeSocket()
        const connection = await connected(native, true)
        native.says("error", "tls://server:80: certificate has expired")
        const e = (await failureOf(async () => await connection.recv(10))) as SocketError
        expect((e as SocketError).failure).toBe("TlsRefused")
        expect(e.detail).toBe("certificate has expired")
    })
})

describe("a TLS connection that breaks later", () => {
    for (const reason of ["mbedtls_ssl_read", "tls://server:80: read ECONNRESET"]) breakTest(reason)

    test("counts as lost, not refused, once it has received data", async () => {
        const native = new FakeSocket()
        const connection = await connected(native, true)
        native.says("data", hex`01`)
        await connection.recv(10)
        native.says("error", "tls://server:80: error:0A0000C6:SSL routines::packet length too long")
        const e = await failureOf(async () => await connection.recv(10))
        expect((e as SocketError).failure).toBe("ConnectionLost")
    })
})

function breakTest(reason: string): void {
    test("counts as lost, not refused: " + reason, async () => {
        const native = new FakeSocket()
        const connection = await connected(native, true)
        native.says("error", reason)
        const e = await failureOf(async () => await connection.recv(10))
        expect((e as SocketError).failure).toBe("ConnectionLost")
    })
}

describe("sending", () => {
    test("splits data into pieces that fit the firmware's TLS", async () => {
        const native = new FakeSocket()
        const connection = await connected(native, true)
        const data = Buffer.alloc(700)
        for (let i = 0; i < data.length; i++) data[i] = i % 251
        await connection.send(data, 1000, 600)
        expect(native.history()).toBe("open tls server:80, write 256, write 256, write 88")
        expect(Buffer.concat(...native.written).toString("hex")).toBe(data.slice(0, 600).toString("hex"))
    })

    test("waits while the firmware's queue is full", async () => {
        const native = new FakeSocket()
        const connection = await connected(native)
        native.writeCodes.push(-1, -1)
        await connection.send(hex`01`, 200)
        expect(native.written.length).toBe(1)
    })

    test("times out when the queue stays full", async () => {
        const native = new FakeSocket()
        const connection = await connected(native)
        for (let i = 0; i < 20; i++) native.writeCodes.push(-1)
        const e = (await failureOf(async () => await connection.send(hex`01`, 50))) as SocketError
        expect((e as SocketError).failure).toBe("SendTimeout")
        expect(e.phase).toBe("send")
    })

    test("reports the reason that arrives after a failed write", async () => {
        const native = new FakeSocket()
        const connection = await connected(native)
        native.writeCodes.push(-10)
        later.start(5, () => native.says("close"))
        const closed = await failureOf(async () => await connection.send(hex`01`, 50))
        expect((closed as SocketError).failure).toBe("ClosedByPeer")
    })

    test("reports the firmware's code when no reason arrives", async () => {
        const native = new FakeSocket()
        const connection = await connected(native)
        native.writeCodes.push(-10)
        const e = (await failureOf(async () => await connection.send(hex`01`, 50))) as SocketError
        expect((e as SocketError).failure).toBe("SendFailed")
        expect(e.detail).toBe(-10)
    })
})

describe("closing", () => {
    test("waits while the firmware may still be writing to a TLS connection", async () => {
        const native = new FakeSocket()
        const connection = await connected(native, true)
        await connection.send(hex`01`, 50)
        connection.close()
        await ds.sleep(500)
        expect(native.history()).toBe("open tls server:80, write 1")
        await ds.sleep(700)
        expect(native.history()).toBe("open tls server:80, write 1, close")
    })

    test("does not wait once a reply shows that the write is done", async () => {
        const native = new FakeSocket()
        const connection = await connected(native, true)
        await connection.send(hex`01`, 50)
        native.says("data", hex`02`)
        connection.close()
        connection.close()
        await ds.sleep(20)
        expect(native.history()).toBe("open tls server:80, write 1, close")
    })
})
