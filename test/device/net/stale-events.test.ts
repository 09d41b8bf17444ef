import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import type { Connection } from "../../../src/net/connection"
import { SocketOwner } from "../../../src/net/socket"
import type { SocketError } from "../../../src/net/socket-errors"
import { failureOf } from "./failure"
import { FakeSocket } from "./fake-socket"

function to(host: string) {
    return { host, port: 80, tls: false }
}

/** A device that tries to connect again after its first attempt timed out with its outcome still open. */
async function afterTimeout() {
    const native = new FakeSocket()
    const sockets = new SocketOwner(native)
    const e = await failureOf(async () => await sockets.connect(to("dead"), 100, 10))
    expect((e as SocketError).peer).toBe("dead:80")
    const opened: Connection[] = []
    const connect = async () => {
        opened.push(await sockets.connect(to("next"), 2000, 2000))
    }
    connect.start()
    await ds.sleep(100)
    return { native, sockets, opened }
}

describe("stale socket events", () => {
    test("the next connection waits for the outcome of the last attempt", async () => {
        const { native, sockets, opened } = await afterTimeout()
        expect(native.history()).toBe("open dead:80")
        expect(opened.length).toBe(0)
        const e = await failureOf(async () => await sockets.connect(to("third"), 20, 20))
        expect((e as SocketError).failure).toBe("SocketBusy")
    })

    test("a late open is closed and does not open the next connection", async () => {
        const { native, opened } = await afterTimeout()
        native.says("open")
        await ds.sleep(150)
        expect(native.history()).toBe("open dead:80, close, open next:80")
        expect(opened.length).toBe(0)
        native.says("open")
        await ds.sleep(10)
        expect(opened.length).toBe(1)
    })

    test("a late error and its close do not reach the next connection", async () => {
        const { native, opened } = await afterTimeout()
        native.says("error", "can't connect")
        await ds.sleep(1)
        native.says("close")
        await ds.sleep(150)
        expect(native.history()).toBe("open dead:80, close, open next:80")
        native.says("open")
        await ds.sleep(10)
        expect(opened.length).toBe(1)
    })

    test("late data and a late close do not reach the next connection", async () => {
        const native = new FakeSocket()
        const sockets = new SocketOwner(native)
        const open = async () => {
            await ds.sleep(5)
            native.says("open")
        }
        open.start()
        const first = await sockets.connect(to("first"), 100, 100)
        first.close()
        native.says("data", hex`00`)
        native.says("close")
        const openLater = async () => {
            await ds.sleep(80)
            native.says("data", hex`01`)
            native.says("open")
            native.says("data", hex`02`)
        }
        openLater.start()
        const second = await sockets.connect(to("second"), 500, 500)
        expect((await second.recv(50)).toString("hex")).toBe("02")
        expect(await second.recv(10)).toBe(undefined)
    })

    test("the next connection does not wait where the firmware can cancel attempts", async () => {
        const native = new FakeSocket(true)
        const sockets = new SocketOwner(native)
        await failureOf(async () => await sockets.connect(to("dead"), 100, 10))
        await failureOf(async () => await sockets.connect(to("next"), 200, 10))
        expect(native.history()).toBe("open dead:80, close, open next:80")
    })
})
