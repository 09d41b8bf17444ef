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
    test("gives the bytes in their order, then tells the end", async () => {
        const native = new FakeSocket()
        const connection = await connected(native)
        native.says("data", hex`01`)
        native.says("data", hex`0203`)
        native.says("close")
        expect((await connection.recv(10)).toString("hex")).toBe("01")
        expect((await connection.recv(10)).toString("hex")).toBe("0203")
        expect(await connection.recv(10)).toBe(null)
    })

    test("waits no longer than it was told", async () => {
        const native = new FakeSocket()
        const connection = await connected(native)
        expect(await connection.recv(20)).toBe(undefined)
        later.start(10, () => native.says("data", hex`04`))
        expect((await connection.recv(100)).toString("hex")).toBe("04")
    })

    test("gives what came before a reset, then the reset", async () => {
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

    test("keeps a bounded number of bytes, and hangs up on who sends more", async () => {
        const native = new FakeSocket()
        const connection = await connected(native)
        for (let i = 0; i < 9; i++) native.says("data", Buffer.alloc(1000))
        expect(native.history()).toBe("open server:80, close")
        let received = 0
        for (let i = 0; i < 8; i++) received = received + (await connection.recv(10)).length
        expect(received).toBe(8000)
        const e = await failureOf(async () => await connection.recv(10))
        expect((e as SocketError).failure).toBe("ReceiveOverflow")
    })

    test("wakes when somebody closes the connection", async () => {
        const native = new FakeSocket()
        const connection = await connected(native)
        later.start(10, () => connection.close())
        const e = await failureOf(async () => await connection.recv(60000))
        expect((e as SocketError).failure).toBe("ClosedHere")
    })

    test("names a certificate that the simulator refuses after it has connected", async () => {
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

    test("was not refused, whatever the words, when it had answered", async () => {
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
    test("was not refused, and the request may have arrived: " + reason, async () => {
        const native = new FakeSocket()
        const connection = await connected(native, true)
        native.says("error", reason)
        const e = await failureOf(async () => await connection.recv(10))
        expect((e as SocketError).failure).toBe("ConnectionLost")
    })
}

describe("sending", () => {
    test("hands over pieces that the firmware's TLS can take", async () => {
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

    test("gives up in time when the queue stays full", async () => {
        const native = new FakeSocket()
        const connection = await connected(native)
        for (let i = 0; i < 20; i++) native.writeCodes.push(-1)
        const e = (await failureOf(async () => await connection.send(hex`01`, 50))) as SocketError
        expect((e as SocketError).failure).toBe("SendTimeout")
        expect(e.phase).toBe("send")
    })

    test("tells why the connection is gone, when the reason comes after the failed write", async () => {
        const native = new FakeSocket()
        const connection = await connected(native)
        native.writeCodes.push(-10)
        later.start(5, () => native.says("close"))
        const closed = await failureOf(async () => await connection.send(hex`01`, 50))
        expect((closed as SocketError).failure).toBe("ClosedByPeer")
    })

    test("tells the firmware's code when no reason comes", async () => {
        const native = new FakeSocket()
        const connection = await connected(native)
        native.writeCodes.push(-10)
        const e = (await failureOf(async () => await connection.send(hex`01`, 50))) as SocketError
        expect((e as SocketError).failure).toBe("SendFailed")
        expect(e.detail).toBe(-10)
    })
})

describe("closing", () => {
    test("leaves a TLS connection alone while the firmware may be writing on it", async () => {
        const native = new FakeSocket()
        const connection = await connected(native, true)
        await connection.send(hex`01`, 50)
        connection.close()
        await ds.sleep(500)
        expect(native.history()).toBe("open tls server:80, write 1")
        await ds.sleep(700)
        expect(native.history()).toBe("open tls server:80, write 1, close")
    })

    test("does not wait when the reply shows that the firmware is through", async () => {
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
