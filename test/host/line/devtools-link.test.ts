import { once } from "node:events"
import { type AddressInfo, createServer, type Server, type Socket } from "node:net"
import { Packet, SerialCmd, SRV_SERIAL } from "jacdac-ts"
import { afterEach, expect, test } from "vitest"
import { DevtoolsLink } from "../../../sim/bus/devtools-link"
import { jacdacBus } from "../../../sim/bus/jacdac-bus"
import { wallClock } from "../../../sim/clock"
import { serveLine } from "../../../sim/line/jacdac-serial"
import { VirtualLine } from "../../../sim/line/virtual-line"
import { hex } from "../meter/asking"
import { parrot, REPLY, REQUEST } from "./listening"

const cleanups: (() => unknown)[] = []

afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Acts as `devs devtools` does for its TCP clients: a length byte precedes each frame. */
class Devtools {
    readonly frames: Uint8Array[] = []
    private readonly arrivals = new Set<() => void>()
    private client: Socket | undefined
    readonly server: Server = createServer(client => {
        this.client = client
        let rest = Buffer.alloc(0)
        client.on("data", data => {
            rest = Buffer.concat([rest, data])
            while (rest.length > 0 && rest.length > rest[0]!) {
                this.frames.push(Uint8Array.from(rest.subarray(1, 1 + rest[0]!)))
                rest = rest.subarray(1 + rest[0]!)
            }
            for (const arrival of this.arrivals) arrival()
        })
    })

    async listen(port = 0): Promise<number> {
        this.server.listen(port, "127.0.0.1")
        await once(this.server, "listening")
        cleanups.push(() => this.stop())
        return (this.server.address() as AddressInfo).port
    }

    /** Waits for a packet among the frames. */
    packet(wanted: (packet: Packet) => boolean): Promise<Packet> {
        return new Promise(resolve => {
            const look = () => {
                const found = this.frames.flatMap(frame => Packet.fromFrame(frame, 0)).find(wanted)
                if (!found) return
                this.arrivals.delete(look)
                resolve(found)
            }
            this.arrivals.add(look)
            look()
        })
    }

    /** Sends a frame in two pieces, cut inside its header. */
    async send(frame: Uint8Array): Promise<void> {
        const framed = Uint8Array.from([frame.length, ...frame])
        this.client!.write(framed.subarray(0, 5))
        await new Promise(resolve => setTimeout(resolve, 20))
        this.client!.write(framed.subarray(5))
    }

    stop(): Promise<void> {
        this.client?.destroy()
        return new Promise(resolve => this.server.close(() => resolve()))
    }
}

function link(port: number): string[] {
    const said: string[] = []
    const link = new DevtoolsLink(wallClock, sentence => said.push(sentence), port)
    const bus = jacdacBus(wallClock, link.transport)
    const line = new VirtualLine({ clock: wallClock, slaves: [parrot(1, REPLY)] })
    const served = serveLine(bus, line)
    link.start()
    cleanups.push(() => {
        link.stop()
        served.stop()
        return bus.stop()
    })
    return said
}

/** Whether a device announces a serial service. */
const offersSerial = (packet: Packet) =>
    packet.isAnnounce && packet.data.length > 4 && packet.jdunpack("u32 u32[]").flat().includes(SRV_SERIAL)

test("offers the line on devtools' bus and answers a poll that arrives in pieces", async () => {
    const devtools = new Devtools()
    const said = link(await devtools.listen())
    const announcement = await devtools.packet(offersSerial)
    const poll = Packet.from(SerialCmd.Send, REQUEST)
    poll.deviceIdentifier = announcement.deviceIdentifier
    poll.serviceIndex = 1
    poll.isCommand = true
    await devtools.send(poll.toBuffer())
    const report = await devtools.packet(packet => packet.serviceIndex === 1 && packet.data.length === 25)
    expect(hex(report.data)).toBe(REPLY)
    expect(report.serviceCommand).toBe(SerialCmd.Received)
    expect(said).toEqual([expect.stringContaining("Connected to devtools")])
})

test("waits for devtools to start and reconnects after a restart", async () => {
    const placeholder = new Devtools()
    const port = await placeholder.listen()
    await placeholder.stop()
    const said = link(port)
    await expect
        .poll(() => said)
        .toEqual([expect.stringContaining("No connection to devtools: connect ECONNREFUSED")])
    for (let start = 0; start < 2; start++) {
        const devtools = new Devtools()
        await devtools.listen(port)
        await devtools.packet(offersSerial)
        await devtools.stop()
    }
    await expect.poll(() => said.length).toBe(5)
    expect(said.map(sentence => sentence.split(/[ :]/)[0])).toEqual([
        "No",
        "Connected",
        "No",
        "Connected",
        "No",
    ])
})
