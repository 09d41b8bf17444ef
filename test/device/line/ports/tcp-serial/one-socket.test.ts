import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { PortError } from "../../../../../src/line/ports/port"
import { TcpSerial } from "../../../../../src/line/ports/tcp-serial"
import type { Connection } from "../../../../../src/net/connection"
import { SocketOwner } from "../../../../../src/net/socket"
import { FakeSocket } from "../../../net/fake-socket"

const REQUEST = hex`01 04 00 00 00 0A 70 0D`
const REPLY = hex`01 84 02 C2 C1`
const GATEWAY = "open gate:8899"
const SERVER = "open server:80"

const complete = (received: Buffer) => received.length >= REPLY.length

/** A program in a network where gateway and server answer at once. */
class House {
    /** What the program has done with its socket, in order. */
    readonly log: string[] = []
    private seen = 0
    readonly network = new FakeSocket(true)
    readonly sockets = new SocketOwner(this.network)
    readonly port = new TcpSerial({ host: "gate", port: 8899, mode: "rtu-over-tcp" }, this.sockets)

    /** One exchange with the gateway. */
    async exchange(): Promise<Buffer> {
        const self = this
        let received: Buffer
        let failure: Error
        const run = async () => {
            try {
                received = await self.port.exchange(REQUEST, 200, complete)
            } catch (e) {
                failure = e as Error
            }
        }
        run.start()
        await this.serve(() => received !== undefined || failure !== undefined)
        if (failure) throw failure
        return received
    }

    /** An upload that keeps the socket for `ms`. */
    async upload(ms: number): Promise<void> {
        const connection: Connection = await this.sockets.connect(
            { host: "server", port: 80, tls: false },
            10000,
            1000,
        )
        await ds.sleep(ms)
        connection.close()
    }

    /** Accepts the program's connections and answers its requests until `done`. */
    async serve(done: () => boolean): Promise<void> {
        const { log, network } = this
        for (let turn = 0; turn < 2000 && !done(); turn++) {
            await ds.sleep(1)
            for (; this.seen < network.log.length; this.seen++) {
                const entry = network.log[this.seen]
                log.push(entry)
                if (entry.startsWith("open")) network.says("open")
                if (entry.startsWith("write")) network.says("data", REPLY)
            }
        }
    }

    times(entry: string): number {
        return this.log.filter(e => e === entry).length
    }
}

describe("the device's only socket", () => {
    test("serves a round of polls with one connection, and is free between rounds", async () => {
        const house = new House()
        for (let meter = 0; meter < 5; meter++) {
            const received = await house.exchange()
            expect(received.toString("hex")).toBe(REPLY.toString("hex"))
        }
        expect(house.times(GATEWAY)).toBe(1)
        expect(house.times("close")).toBe(0)
        await house.serve(() => house.times("close") === 1)
        expect(house.times("close")).toBe(1)
        await house.exchange()
        expect(house.times(GATEWAY)).toBe(2)
    })

    test("closes half a second after the last exchange, not the first", async () => {
        const house = new House()
        await house.exchange()
        await ds.sleep(400)
        await house.exchange()
        await ds.sleep(400)
        await house.exchange()
        expect(house.times(GATEWAY)).toBe(1)
        expect(house.times("close")).toBe(0)
        const last = ds.millis()
        await house.serve(() => house.times("close") === 1)
        const idleMs = ds.millis() - last
        expect(idleMs >= 490 && idleMs <= 520).toBe(true)
    })

    test("serves a waiting upload between two exchanges", async () => {
        const house = new House()
        await house.exchange()
        const upload = async () => {
            await house.upload(100)
        }
        upload.start()
        await ds.sleep(1)
        await house.exchange()
        const start = ds.millis()
        await house.exchange()
        expect(house.log.join(", ")).toBe(
            [GATEWAY, "write 8", "write 8", "close", SERVER, "close", GATEWAY, "write 8"].join(", "),
        )
        expect(ds.millis() - start >= 100).toBe(true)
    })

    test("reports an upload that holds it for too long", async () => {
        const house = new House()
        const upload = async () => {
            await house.upload(100000)
        }
        upload.start()
        await house.serve(() => house.times(SERVER) === 1)
        let message = "none"
        try {
            await house.port.exchange(REQUEST, 200, complete)
        } catch (e) {
            if (!(e instanceof PortError)) throw e
            message = e.message
        }
        expect(message).toBe(
            "rtu-over-tcp: gate:8899: the device's only connection is in use; " +
                "check why uploads take so long",
        )
    })

    test("is reopened after the connection breaks between exchanges", async () => {
        const house = new House()
        await house.exchange()
        house.network.says("close")
        const received = await house.exchange()
        expect(received.toString("hex")).toBe(REPLY.toString("hex"))
        expect(house.times(GATEWAY)).toBe(2)
    })

    test("discards bytes that arrive too late for the previous exchange", async () => {
        const house = new House()
        await house.exchange()
        house.network.says("data", hex`01 04 02 FF FF B8 80`)
        const received = await house.exchange()
        expect(received.toString("hex")).toBe(REPLY.toString("hex"))
    })

    test("is drained of late bytes", async () => {
        const house = new House()
        expect(await house.port.drain(50, 1000)).toBe(0)
        await house.exchange()
        house.network.says("data", hex`01 04 02`)
        const later = async () => {
            await ds.sleep(30)
            house.network.says("data", hex`FF FF B8 80`)
        }
        later.start()
        expect(await house.port.drain(50, 1000)).toBe(7)
    })
})
