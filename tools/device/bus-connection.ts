import { once } from "node:events"
import { createConnection, type Socket } from "node:net"
import { JDBus } from "jacdac-ts"
import { FrameReader, framed } from "../../sim/bus/framing"
import { FrameTransport } from "../../sim/bus/jacdac-bus"
import { NoBus } from "./errors"

const HOST = "127.0.0.1"

/** TCP port at which `npm start` offers its bus. */
export const START_PORT = 8092
/** TCP port at which `devs devtools` offers the bus of USB devices; fixed in the DeviceScript CLI. */
export const DEVTOOLS_PORT = 8082

/** A connection to a Jacdac bus that another process on this computer offers. */
export class BusConnection {
    /** Resolves when the connection is closed. */
    readonly closed: Promise<unknown>

    private constructor(
        readonly bus: JDBus,
        readonly port: number,
        private readonly socket: Socket,
    ) {
        // once() would reject when the connection is reset.
        this.closed = new Promise(resolve => socket.once("close", resolve))
    }

    /**
     * Connects to the first of the ports at which somebody listens.
     * @throws NoBus
     */
    static async open(ports: readonly number[]): Promise<BusConnection> {
        for (const port of ports) {
            const socket = await connected(port)
            if (socket) return new BusConnection(busOn(socket), port, socket)
        }
        throw new NoBus(ports)
    }

    async close(): Promise<void> {
        this.socket.destroy()
        await this.bus.stop()
    }
}

async function connected(port: number): Promise<Socket | undefined> {
    const socket = createConnection(port, HOST)
    try {
        await once(socket, "connect")
    } catch {
        // Refused: nobody listens here, but perhaps at the next port.
        return undefined
    }
    socket.setNoDelay(true)
    socket.on("error", () => socket.destroy())
    return socket
}

function busOn(socket: Socket): JDBus {
    const transport = new FrameTransport("device", frame => socket.write(framed(frame)))
    const reader = new FrameReader(frame => transport.receive(frame))
    socket.on("data", bytes => reader.read(bytes))
    const bus = new JDBus([transport], { client: false, disableRoleManager: true })
    bus.backgroundRefreshRegisters = false
    return bus
}
