import { once } from "node:events"
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { ProxyPortLost, ToxicProxy } from "../../sim/toxics/proxy"
import { TOXIC_NAMES, type Toxic, toxicNamed, UnknownToxicError } from "../../sim/toxics/toxic"
import { ManualClock } from "./emoncms/manual-clock"

const START = Date.parse("2026-01-01T00:00:00Z")

/** One end of a connection, with everything it has seen. */
class Peer {
    received = ""
    /** Sizes of the pieces that came in. */
    readonly pieces: number[] = []
    ended = false
    error: string | undefined

    constructor(readonly socket: Socket) {
        socket.setNoDelay(true)
        socket.on("data", data => {
            this.received += data.toString("latin1")
            this.pieces.push(data.length)
        })
        socket.on("end", () => {
            this.ended = true
        })
        socket.on("error", error => {
            this.error = (error as NodeJS.ErrnoException).code
        })
    }

    async sees(text: string): Promise<void> {
        await vi.waitFor(() => expect(this.received).toBe(text), WAIT)
    }

    async seesEnd(): Promise<void> {
        await vi.waitFor(() => expect(this.ended).toBe(true), WAIT)
    }
}

/** How long a test can wait for a socket before it fails; nothing is measured with it. */
const WAIT = { timeout: 10_000, interval: 1 }

let clock: ManualClock
let target: Server
let proxy: ToxicProxy
let port: number
const accepted: Peer[] = []
const sockets: Socket[] = []

beforeEach(async () => {
    clock = new ManualClock(START)
    target = createServer({ allowHalfOpen: true }, socket => {
        sockets.push(socket)
        accepted.push(new Peer(socket))
    })
    target.listen(0, "127.0.0.1")
    await once(target, "listening")
    proxy = new ToxicProxy({
        clock,
        target: { host: "127.0.0.1", port: (target.address() as AddressInfo).port },
    })
    port = (await proxy.listen()).port
})

afterEach(async () => {
    await proxy.close()
    for (const socket of sockets) socket.destroy()
    target.close()
    accepted.length = 0
    sockets.length = 0
})

/** A client of the proxy, and its peer at the server. */
async function connected(): Promise<{ client: Peer; server: Peer }> {
    const before = accepted.length
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true })
    sockets.push(socket)
    const client = new Peer(socket)
    await vi.waitFor(() => expect(accepted.length).toBe(before + 1), WAIT)
    return { client, server: accepted[before]! }
}

/** Waits until everything on its way has arrived: bytes sent later, past the toxics, have arrived by then. */
async function settle(
    { client, server }: { client: Peer; server: Peer },
    direction: "upstream" | "downstream",
) {
    const [from, to] = direction === "upstream" ? [client, server] : [server, client]
    const before = to.received
    for (let round = 0; round < 3; round++) {
        from.socket.write(".")
        await to.sees(`${before}${".".repeat(round + 1)}`)
    }
    to.received = before
}

describe("without toxics", () => {
    it("passes bytes both ways", async () => {
        const { client, server } = await connected()
        client.socket.write("question")
        await server.sees("question")
        server.socket.write("answer")
        await client.sees("answer")
    })

    it("passes the end of one direction while the other stays open", async () => {
        const { client, server } = await connected()
        client.socket.end("question")
        await server.seesEnd()
        server.socket.end("answer")
        await client.sees("answer")
        await client.seesEnd()
    })

    it("closes the connection if the target refuses", async () => {
        target.close()
        const socket = connect({ port, host: "127.0.0.1" })
        const client = new Peer(socket)
        await once(socket, "close")
        expect(client.received).toBe("")
    })

    it("stops reading from a source when its destination does not read", async () => {
        const peers = await connected()
        peers.client.socket.pause()
        const enough = 64 * 1024 * 1024
        let written = 0
        const pump = () => {
            do written += 65_536
            while (peers.server.socket.write(Buffer.alloc(65_536)) && written < enough)
        }
        peers.server.socket.on("drain", pump)
        pump()
        for (let quiet = 0, before = 0; quiet < 20 && written < enough; before = written) {
            await settle(peers, "upstream")
            quiet = written > before ? 0 : quiet + 1
        }
        expect(written).toBeLessThan(enough)
    })
})

describe("latency", () => {
    it("delays data only in its direction", async () => {
        await proxy.add({ type: "latency", latency: 1000 })
        const peers = await connected()
        peers.server.socket.write("late")
        await vi.waitFor(() => expect(clock.pending).toBe(1), WAIT)
        clock.advance(999)
        await settle(peers, "upstream")
        expect(peers.client.received).toBe("")
        clock.advance(1)
        await peers.client.sees("late")
    })

    it.each([
        ["least", 0, 700],
        ["most", 0.999999, 1300],
    ])("varies the delay by the jitter: %s", async (_, drawn, delay) => {
        await proxy.close()
        const { address, port: targetPort } = target.address() as AddressInfo
        proxy = new ToxicProxy({ clock, target: { host: address, port: targetPort }, random: () => drawn })
        port = (await proxy.listen()).port
        await proxy.add({ type: "latency", latency: 1000, jitter: 300 })
        const peers = await connected()
        peers.server.socket.write("late")
        await vi.waitFor(() => expect(clock.pending).toBe(1), WAIT)
        clock.advance(delay - 1)
        await settle(peers, "upstream")
        expect(peers.client.received).toBe("")
        clock.advance(1)
        await peers.client.sees("late")
    })

    it("does not add up over consecutive data", async () => {
        await proxy.add({ type: "latency", latency: 1000 })
        const peers = await connected()
        peers.server.socket.write("a")
        await vi.waitFor(() => expect(clock.pending).toBe(1), WAIT)
        clock.advance(400)
        peers.server.socket.write("b")
        await settle(peers, "upstream")
        clock.advance(600)
        await peers.client.sees("a")
        await vi.waitFor(() => expect(clock.pending).toBe(1), WAIT)
        clock.advance(400)
        await peers.client.sees("ab")
    })

    it("adds up with a second latency", async () => {
        await proxy.add({ type: "latency", latency: 1000 })
        await proxy.add({ type: "latency", latency: 500 })
        const peers = await connected()
        peers.server.socket.write("late")
        await vi.waitFor(() => expect(clock.pending).toBe(1), WAIT)
        clock.advance(1000)
        await vi.waitFor(() => expect(clock.pending).toBe(1), WAIT)
        clock.advance(499)
        await settle(peers, "upstream")
        expect(peers.client.received).toBe("")
        clock.advance(1)
        await peers.client.sees("late")
    })

    it("releases delayed data in order when it is removed", async () => {
        const toxic: Toxic = { type: "latency", latency: 60_000 }
        const peers = await connected()
        await proxy.add(toxic)
        for (const text of ["one ", "two ", "three "]) {
            peers.server.socket.write(text)
            await settle(peers, "upstream")
        }
        expect(peers.client.received).toBe("")
        await proxy.remove(toxic)
        peers.server.socket.write("four")
        await peers.client.sees("one two three four")
        expect(clock.pending).toBe(0)
    })
})

it("lists the active toxics in the order in which they were added", async () => {
    const toxics: Toxic[] = [
        { type: "latency", latency: 5 },
        { type: "limit_data", bytes: 9 },
        { type: "timeout", timeout: 0 },
    ]
    for (const toxic of toxics) await proxy.add(toxic)
    await proxy.remove(toxics[1]!)
    expect(proxy.toxics).toEqual([toxics[0], toxics[2]])
})

describe("down", () => {
    it("cuts connections and refuses new ones until it is removed", async () => {
        const toxic: Toxic = { type: "down" }
        const { client, server } = await connected()
        await proxy.add(toxic)
        await client.seesEnd()
        await server.seesEnd()
        const refused = new Peer(connect({ port, host: "127.0.0.1" }))
        await vi.waitFor(() => expect(refused.error).toBe("ECONNREFUSED"), WAIT)
        await proxy.remove(toxic)
        await settle(await connected(), "upstream")
    })

    it("listens again as soon as nobody else has its port", async () => {
        const toxic: Toxic = { type: "down" }
        await proxy.add(toxic)
        const other = createServer().listen(port, "127.0.0.1")
        await once(other, "listening")
        await expect(proxy.remove(toxic)).rejects.toThrow(ProxyPortLost)
        clock.advance(1000)
        await vi.waitFor(() => expect(clock.pending).toBe(1), WAIT)
        await new Promise(resolve => other.close(resolve))
        clock.advance(1000)
        await vi.waitFor(async () => {
            const socket = connect({ port, host: "127.0.0.1" })
            await once(socket, "connect")
            sockets.push(socket)
        }, WAIT)
    })
})

describe("bandwidth", () => {
    it("passes the given kilobytes per second, in slices of 100 ms", async () => {
        await proxy.add({ type: "bandwidth", rate: 2 })
        const peers = await connected()
        peers.server.socket.write("x".repeat(1000))
        for (let slice = 1; slice <= 5; slice++) {
            await vi.waitFor(() => expect(clock.pending).toBe(1), WAIT)
            clock.advance(99)
            await settle(peers, "upstream")
            expect(peers.client.received.length).toBe((slice - 1) * 200)
            clock.advance(1)
            await peers.client.sees("x".repeat(slice * 200))
        }
        expect(clock.pending).toBe(0)
    })
})

describe("slow_close", () => {
    it("passes data at once and the end later", async () => {
        await proxy.add({ type: "slow_close", delay: 5000 })
        const peers = await connected()
        peers.server.socket.end("all")
        await peers.client.sees("all")
        await vi.waitFor(() => expect(clock.pending).toBe(1), WAIT)
        clock.advance(4999)
        await settle(peers, "upstream")
        expect(peers.client.ended).toBe(false)
        clock.advance(1)
        await peers.client.seesEnd()
    })
})

describe("timeout", () => {
    it("drops data and closes the connection after a silence", async () => {
        await proxy.add({ type: "timeout", timeout: 3000 })
        const peers = await connected()
        clock.advance(2000)
        peers.server.socket.write("lost")
        await vi.waitFor(() => expect(clock.pending).toBe(2), WAIT)
        clock.advance(2999)
        await settle(peers, "upstream")
        expect(peers.client).toMatchObject({ received: "", ended: false })
        clock.advance(1)
        await peers.client.seesEnd()
        expect(peers.client.received).toBe("")
    })

    it("keeps the connection until it is removed, with timeout 0", async () => {
        const toxic: Toxic = { type: "timeout", timeout: 0 }
        await proxy.add(toxic)
        const peers = await connected()
        peers.server.socket.write("lost")
        clock.advance(24 * 3600 * 1000)
        await settle(peers, "upstream")
        expect(peers.client).toMatchObject({ received: "", ended: false })
        await proxy.remove(toxic)
        await peers.client.seesEnd()
        expect(peers.client.received).toBe("")
    })
})

describe("reset_peer", () => {
    it("resets both sides a given time after the first data", async () => {
        await proxy.add({ type: "reset_peer", timeout: 500 })
        const peers = await connected()
        peers.server.socket.write("lost")
        await vi.waitFor(() => expect(clock.pending).toBe(1), WAIT)
        clock.advance(499)
        await settle(peers, "upstream")
        expect(peers.client.error).toBeUndefined()
        clock.advance(1)
        await vi.waitFor(() => expect(peers.client.error).toBe("ECONNRESET"), WAIT)
        await vi.waitFor(() => expect(peers.server.error).toBe("ECONNRESET"), WAIT)
        expect(peers.client.received).toBe("")
    })
})

describe("slicer", () => {
    it("cuts data into pieces near the average size, with a delay after each", async () => {
        await proxy.add({ type: "slicer", averageSize: 10, sizeVariation: 3, delay: 5 })
        const { client, server } = await connected()
        const text = Array.from({ length: 100 }, (_, i) => String.fromCharCode(32 + (i % 90))).join("")
        server.socket.write(text)
        let seen = 0
        const sizes: number[] = []
        while (seen < text.length) {
            await vi.waitFor(() => expect(client.received.length).toBeGreaterThan(seen), WAIT)
            sizes.push(client.received.length - seen)
            seen = client.received.length
            await vi.waitFor(() => expect(clock.pending).toBe(1), WAIT)
            clock.advance(5)
        }
        expect(client.received).toBe(text)
        expect(client.pieces).toEqual(sizes)
        expect(Math.max(...sizes)).toBeLessThanOrEqual(13)
        expect(sizes.length).toBeGreaterThanOrEqual(8)
        expect(new Set(sizes).size).toBeGreaterThan(1)
    })

    it("can send one byte at a time", async () => {
        await proxy.add({ type: "slicer", averageSize: 1, delay: 1 })
        const { client, server } = await connected()
        server.socket.write("abc")
        for (const text of ["a", "ab", "abc"]) {
            await client.sees(text)
            await vi.waitFor(() => expect(clock.pending).toBe(1), WAIT)
            clock.advance(1)
        }
        expect(client.pieces).toEqual([1, 1, 1])
    })
})

describe("limit_data", () => {
    it("closes the connection after its number of bytes", async () => {
        await proxy.add({ type: "limit_data", bytes: 5 })
        const { client, server } = await connected()
        server.socket.write("abc")
        await client.sees("abc")
        server.socket.write("defgh")
        await client.seesEnd()
        expect(client.received).toBe("abcde")
        await server.seesEnd()
    })
})

describe("aim", () => {
    it("affects the upstream direction when requested", async () => {
        await proxy.add({ type: "limit_data", bytes: 2, stream: "upstream" })
        const peers = await connected()
        await settle(peers, "downstream")
        peers.client.socket.write("abc")
        await peers.server.seesEnd()
        expect(peers.server.received).toBe("ab")
    })

    it("spares connections whose random draw exceeds the toxicity", async () => {
        const draws = [0.49, 0.51]
        await proxy.close()
        const { address, port: targetPort } = target.address() as AddressInfo
        const random = () => draws.shift()!
        proxy = new ToxicProxy({ clock, target: { host: address, port: targetPort }, random })
        port = (await proxy.listen()).port
        await proxy.add({ type: "timeout", timeout: 0, toxicity: 0.5 })
        const struck = await connected()
        const spared = await connected()
        struck.server.socket.write("lost")
        spared.server.socket.write("seen")
        await spared.client.sees("seen")
        await settle(struck, "upstream")
        expect(struck.client.received).toBe("")
    })
})

describe("names", () => {
    it.each(TOXIC_NAMES)("%s has an example", name => {
        expect(toxicNamed(name).type).toBe(name)
    })

    it("lists the valid names for an unknown one", () => {
        expect(() => toxicNamed("lag")).toThrow(UnknownToxicError)
        expect(() => toxicNamed("lag")).toThrow(/"lag".*latency, down, bandwidth/)
    })
})
