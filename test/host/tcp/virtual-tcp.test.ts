import { createServer } from "node:http"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { sleep, VirtualClock } from "../../../sim/clock"
import { systemTcp, type TcpNetwork, type TcpSocket } from "../../../sim/tcp/tcp"
import { PortTakenError, VirtualTcp } from "../../../sim/tcp/virtual-tcp"

const HOST = "127.0.0.1"

let clock: VirtualClock
let virtual: VirtualTcp

beforeEach(() => {
    clock = new VirtualClock(Number.POSITIVE_INFINITY, 0)
    virtual = new VirtualTcp(clock)
})

afterEach(() => clock.stop())

/** What a client notices until its socket is closed. */
async function life(
    network: TcpNetwork,
    serve: (socket: TcpSocket) => void,
    act: (socket: TcpSocket) => void,
) {
    const listener = await network.listen({ host: HOST, port: 0 }, socket => {
        socket.on("error", () => {})
        serve(socket)
    })
    const noticed: string[] = []
    const client = network.connect({ host: HOST, port: listener.port })
    client.on("connect", () => noticed.push("connect"))
    client.on("data", data => noticed.push(`data ${data}`))
    client.on("end", () => noticed.push("end"))
    client.on("error", (error: NodeJS.ErrnoException) => noticed.push(`error ${error.code}`))
    act(client)
    await new Promise(resolve => client.on("close", resolve))
    await listener.close()
    return noticed
}

describe("a client sees the same events as with the operating system's TCP", () => {
    const dialogues: Record<string, [(server: TcpSocket) => void, (client: TcpSocket) => void]> = {
        "both sides end after an answer": [
            server => server.on("data", data => server.end(`<${data}>`)),
            client => {
                client.write("hello")
                client.on("end", () => client.end())
            },
        ],
        "the server answers after the client has ended": [
            server => {
                const heard: Buffer[] = []
                server.on("data", data => heard.push(data))
                server.on("end", () => server.end(`heard ${Buffer.concat(heard)}`))
            },
            client => client.end("all of it"),
        ],
        "the server closes at once": [
            server => server.destroy(),
            client => client.on("end", () => client.end()),
        ],
        "the server resets": [
            server => server.on("data", () => server.resetAndDestroy()),
            client => client.write("hello"),
        ],
    }
    test.each(Object.entries(dialogues))("%s", async (_, [serve, act]) => {
        const real = await life(systemTcp, serve, act)
        expect(await life(virtual, serve, act)).toEqual(real)
    })

    test("no server listens", async () => {
        const { port, close } = await systemTcp.listen({ host: HOST, port: 0 }, () => {})
        await close()
        const errors = await Promise.all(
            [systemTcp, virtual].map(
                network =>
                    new Promise<NodeJS.ErrnoException>(resolve => {
                        network.connect({ host: HOST, port }).on("error", resolve)
                    }),
            ),
        )
        expect(errors.map(({ code, message }) => `${code} ${message}`)).toEqual(
            Array(2).fill(`ECONNREFUSED connect ECONNREFUSED ${HOST}:${port}`),
        )
    })
})

test("refuses a port that is in use, until it is closed", async () => {
    const { port, close } = await virtual.listen({ host: HOST, port: 0 }, () => {})
    await expect(virtual.listen({ host: HOST, port }, () => {})).rejects.toThrow(PortTakenError)
    await close()
    await virtual.listen({ host: HOST, port }, () => {})
})

test("connections wait during an outage, and continue afterwards", async () => {
    const heard: string[] = []
    await virtual.listen({ host: HOST, port: 80 }, socket => socket.on("data", data => heard.push(`${data}`)))
    const before = virtual.connect({ host: HOST, port: 80 })
    await sleep(clock, 1000)
    const restore = virtual.interrupt("silent")
    before.write("first")
    const during = virtual.connect({ host: HOST, port: 80 })
    during.write("second")
    await sleep(clock, 60_000)
    expect([heard, during.connecting]).toEqual([[], true])
    restore()
    await sleep(clock, 1000)
    expect([heard, during.connecting]).toEqual([["first", "second"], false])
})

test("without a network a new connection fails at once, and an existing one is silent", async () => {
    const heard: string[] = []
    await virtual.listen({ host: HOST, port: 80 }, socket => socket.on("data", data => heard.push(`${data}`)))
    const before = virtual.connect({ host: HOST, port: 80 })
    const noticed: string[] = []
    for (const event of ["end", "error", "close"]) before.on(event, () => noticed.push(event))
    await sleep(clock, 1000)
    const restore = virtual.interrupt("unreachable")
    before.write("before")
    const error = await new Promise<NodeJS.ErrnoException>(resolve => {
        virtual.connect({ host: HOST, port: 80 }).on("error", resolve)
    })
    expect(error.code).toBe("EHOSTUNREACH")
    await sleep(clock, 60_000)
    expect([heard, noticed]).toEqual([[], []])
    restore()
    virtual.connect({ host: HOST, port: 80 }).write("after")
    await sleep(clock, 1000)
    expect(heard).toEqual(["before", "after"])
})

test("serves Node's own HTTP server in exact virtual time", async () => {
    const server = createServer((_, response) => response.end("ok"))
    await virtual.listen({ host: HOST, port: 80 }, socket => server.emit("connection", socket))
    const answered: number[] = []
    for (let i = 0; i < 3; i++) {
        const client = virtual.connect({ host: HOST, port: 80 })
        client.end("GET / HTTP/1.0\r\n\r\n")
        const begun = clock.now()
        const reply = await new Promise<string>(resolve => client.on("data", data => resolve(`${data}`)))
        expect(reply).toContain("200 OK")
        answered.push(clock.now() - begun)
    }
    expect(answered).toEqual([60, 60, 60])
})
