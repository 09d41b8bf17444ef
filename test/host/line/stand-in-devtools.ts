import { once } from "node:events"
import { type AddressInfo, createServer, type Server, type Socket } from "node:net"
import { Packet, SerialCmd, SRV_SERIAL } from "jacdac-ts"

/** Index of the line among a device's services. */
const LINE_SERVICE = 1

/** Acts as `devs devtools` does for its TCP clients: a length byte precedes each frame. */
export class StandInDevtools {
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

    /** Sends bytes to the serial line that a device offers, and waits for a report of this many bytes. */
    async exchange(request: Uint8Array, length: number): Promise<Packet> {
        const { deviceIdentifier } = await this.packet(offersSerial)
        const poll = Packet.from(SerialCmd.Send, request)
        poll.deviceIdentifier = deviceIdentifier
        poll.serviceIndex = LINE_SERVICE
        poll.isCommand = true
        await this.send(poll.toBuffer())
        return this.packet(it => it.serviceIndex === LINE_SERVICE && it.data.length === length)
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

/** Whether a device announces a serial service. */
export function offersSerial(packet: Packet): boolean {
    if (!packet.isAnnounce || packet.data.length <= 4) return false
    return packet.jdunpack("u32 u32[]").flat().includes(SRV_SERIAL)
}
