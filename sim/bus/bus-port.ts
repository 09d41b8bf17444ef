import { once } from "node:events"
import { type AddressInfo, createServer, type Server, type Socket } from "node:net"
import type { VirtualClock } from "../clock"
import { framed, NotJacdac, StrictFrameReader } from "./framing"

const HOST = "127.0.0.1"

/** A Jacdac bus that others can be taken onto. */
export interface OpenBus {
    join(receive: (frame: Uint8Array) => void): { send(frame: Uint8Array): void; leave(): void }
}

/** Somebody else listens where the bus was to be offered. */
export class BusPortTaken extends Error {
    constructor(readonly port: number) {
        super(`port ${port} is taken`)
        this.name = "BusPortTaken"
    }
}

/**
 * Offers a Jacdac bus to programs on this computer, as `devs devtools` does with its own: over TCP, each frame with its
 * length in a byte before it. Any web page can have the browser connect to a port of this computer and send what it
 * likes behind a request's head: so a connection ends at its first byte that is no frame's.
 */
export class BusPort {
    private readonly sockets = new Set<Socket>()

    private constructor(
        private readonly server: Server,
        readonly port: number,
    ) {}

    /**
     * @param port 0 for any that is free
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
