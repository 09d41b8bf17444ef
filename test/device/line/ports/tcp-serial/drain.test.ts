import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { PortError } from "../../../../../src/line/ports/port"
import { TcpSerial } from "../../../../../src/line/ports/tcp-serial"
import { SocketOwner } from "../../../../../src/net/socket"
import { FakeSocket } from "../../../net/fake-socket"

const REQUEST = hex`01 04 00 00 00 0A 70 0D`
const REPLY = hex`01 84 02 C2 C1`

/** Longer than the socket's pause after a connection, in ms. */
const CONNECTED_MS = 60

const complete = (received: Buffer) => received.length >= REPLY.length

/** An exchange with a gateway that answers once. `happens` runs `ms` after the answer. */
async function answered(
    port: TcpSerial,
    network: FakeSocket,
    ms: number,
    happens: () => void,
): Promise<void> {
    const gateway = async () => {
        await ds.sleep(CONNECTED_MS)
        network.says("open")
        await ds.sleep(5)
        network.says("data", REPLY)
        await ds.sleep(ms)
        happens()
    }
    gateway.start()
    await port.exchange(REQUEST, 200, complete)
}

/** An exchange with a gateway that ends the connection instead of answering. @returns how many bytes came */
async function hungUp(
    port: TcpSerial,
    network: FakeSocket,
    event: "close" | "error",
    connectMs: number,
): Promise<number> {
    const gateway = async () => {
        if (connectMs > 0) {
            await ds.sleep(connectMs)
            network.says("open")
        }
        await ds.sleep(5)
        network.says(event, "reset by peer")
    }
    gateway.start()
    return (await port.exchange(REQUEST, 200, complete)).length
}

function makePort(network: FakeSocket): TcpSerial {
    return new TcpSerial({ host: "gate", port: 8899, mode: "rtu-over-tcp" }, new SocketOwner(network))
}

describe("TCP serial port", () => {
    test("drains nothing without a connection", async () => {
        const network = new FakeSocket(true)
        expect(await makePort(network).drain(50, 1000)).toBe(0)
        expect(network.history()).toBe("")
    })

    test("drains until the line is silent, and keeps the connection", async () => {
        const network = new FakeSocket(true)
        const port = makePort(network)
        await answered(port, network, 30, () => network.says("data", REPLY))
        expect(await port.drain(50, 1000)).toBe(REPLY.length)
        expect(network.history()).toBe("open gate:8899, write 8")
    })

    test("reports a connection lost while draining, and the next exchange reopens it", async () => {
        const network = new FakeSocket(true)
        const port = makePort(network)
        await answered(port, network, 30, () => network.says("error", "recv error"))
        let failure = "none"
        try {
            await port.drain(50, 1000)
        } catch (e) {
            if (e instanceof PortError) failure = e.message
        }
        expect(failure.startsWith("rtu-over-tcp: ")).toBe(true)
        expect(failure.endsWith("check that the gateway is on and has no other client")).toBe(true)
        await answered(port, network, 0, () => {})
        expect(network.history()).toBe("open gate:8899, write 8, close, open gate:8899, write 8")
    })

    test("returns what came when the answer stays incomplete", async () => {
        const network = new FakeSocket(true)
        const port = makePort(network)
        await port.open()
        expect(network.history()).toBe("")
        const gateway = async () => {
            await ds.sleep(CONNECTED_MS)
            network.says("open")
        }
        gateway.start()
        const nothing = await port.exchange(REQUEST, 200, complete)
        expect(nothing.length).toBe(0)
        const talk = async () => {
            await ds.sleep(5)
            network.says("data", REPLY.slice(0, 2))
            await ds.sleep(5)
            network.says("data", REPLY.slice(2, 4))
        }
        talk.start()
        const begun = ds.millis()
        const part = await port.exchange(REQUEST, 200, complete)
        expect(part.toString("hex")).toBe(REPLY.slice(0, 4).toString("hex"))
        expect(ds.millis() - begun >= 200).toBe(true)
    })

    test("takes a gateway for good that answers one unit, and hangs up because another is silent", async () => {
        const network = new FakeSocket(true)
        const port = makePort(network)
        await answered(port, network, 0, () => {})
        expect(await hungUp(port, network, "close", 0)).toBe(0)
        expect(await hungUp(port, network, "error", CONNECTED_MS)).toBe(0)
    })

    test("reports a gateway that hangs up during an exchange", async () => {
        const network = new FakeSocket(true)
        const port = makePort(network)
        const gateway = async () => {
            await ds.sleep(CONNECTED_MS)
            network.says("open")
            await ds.sleep(5)
            network.says("close")
        }
        gateway.start()
        let failure = "none"
        try {
            await port.exchange(REQUEST, 200, complete)
        } catch (e) {
            if (e instanceof PortError) failure = e.message
        }
        expect(
            failure.startsWith("rtu-over-tcp: gate:8899: the other end closed the connection too early"),
        ).toBe(true)
    })
})
