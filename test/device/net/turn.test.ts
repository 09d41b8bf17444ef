import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { SocketOwner } from "../../../src/net/socket"
import type { SocketError } from "../../../src/net/socket-errors"
import { failureOf } from "./failure"
import { FakeSocket } from "./fake-socket"

/** A socket on which every connection opens at once. */
class WillingSocket extends FakeSocket {
    constructor() {
        super(true)
    }

    override open(host: string, port: number, tls: boolean): void {
        this.log.push("open " + (tls ? "tls " : "") + host + ":" + port)
        this.agree.start()
    }

    private async agree() {
        await ds.sleep(1)
        this.says("open")
    }
}

function to(host: string) {
    return { host, port: 80, tls: false }
}

describe("the only socket", () => {
    test("serves connections in the order of request", async () => {
        const native = new WillingSocket()
        const sockets = new SocketOwner(native)
        const use = async (host: string) => {
            const connection = await sockets.connect(to(host), 2000, 100)
            await ds.sleep(5)
            connection.close()
        }
        for (const host of ["a", "b", "c"]) use.start(host)
        await ds.sleep(600)
        expect(native.history()).toBe("open a:80, close, open b:80, close, open c:80, close")
    })

    test("rejects a request after its timeout, and then skips it", async () => {
        const native = new WillingSocket()
        const sockets = new SocketOwner(native)
        const held = await sockets.connect(to("a"), 100, 100)
        const errors: Error[] = []
        const impatient = async () => {
            errors.push(await failureOf(async () => await sockets.connect(to("b"), 20, 100)))
        }
        const patient = async () => {
            await sockets.connect(to("c"), 2000, 100)
        }
        impatient.start()
        patient.start()
        await ds.sleep(50)
        expect((errors[0] as SocketError).failure).toBe("SocketBusy")
        expect((errors[0] as SocketError).detail).toBe(20)
        held.close()
        await ds.sleep(300)
        expect(native.history()).toBe("open a:80, close, open c:80")
    })

    test("is free again after a failed attempt", async () => {
        const native = new FakeSocket(true)
        const sockets = new SocketOwner(native)
        await failureOf(async () => await sockets.connect(to("a"), 100, 10))
        await failureOf(async () => await sockets.connect(to("b"), 500, 10))
        expect(native.history()).toBe("open a:80, close, open b:80")
    })
})
