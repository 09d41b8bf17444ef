import { once } from "node:events"
import { type AddressInfo, createServer, type Server, type Socket } from "node:net"
import type { VirtualClock } from "../clock"
import { framed, NotJacdac, StrictFrameReader } from "./framing"

const HOST = "127.0.0.1"

/** A Jacdac bus that others can join. */
export interface OpenBus {
    join(receive: (frame: Uint8Array) => void): { send(frame: Uint8Array): void; leave(): void }
}

/** Another program already listens on the port. */
export class BusPortTaken extends Error {
    constructor(readonly port: number) {
        super(`port ${port} is taken`)
        this.name = "BusPortTaken"
    }
}

/**
 * Offers a Jacdac bus to programs on this computer, as `devs devtools` does with its own: over TCP, with the length of each
 * frame in one byte before it. Any web page can make the browser connect to a port of this computer and send anything it
 * likes after the head of the request. So a connection ends at the first byte that cannot belong to a frame.
 */
export class BusPort {
    private readonly sockets = new Set<Socket>()

    private constructor(
        private readonly server: Server,
        readonly port: number,
    ) {}

    /**
     * @param port 0 for any free port
     * @throws BusPortTaken
     */
    static async open(bus: OpenBus, clock: VirtualClock, port: number): Promise<BusPort> {
        const server = createServer()
        server.listen(port, HOST)
        try {
            await once(server, "listening")
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") throw new BusPortTaken(port)
            throw error
        }
        const opened = new BusPort(server, (server.address() as AddressInfo).port)
        server.on("connection", socket => opened.serve(socket, bus, clock))
        return opened
    }

    async close(): Promise<void> {
        for (const socket of this.sockets) socket.destroy()
        this.server.close()
        await once(this.server, "close")
    }

    private serve(socket: Socket, bus: OpenBus, clock: VirtualClock): void {
        this.sockets.add(socket)
        socket.setNoDelay(true)
        const member = bus.join(frame => socket.write(framed(frame)))
        const reader = new StrictFrameReader(frame => {
            clock.touch()
            member.send(frame)
        })
        socket.on("data", bytes => {
            try {
                reader.read(bytes)
            } catch (error) {
                if (!(error instanceof NotJacdac)) throw error
                socket.destroy()
            }
        })
        socket.on("error", () => socket.destroy())
        socket.on("close", () => {
            member.leave()
            this.sockets.delete(socket)
        })
    }
}
