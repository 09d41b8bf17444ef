import type net from "node:net"
import type { Sockets } from "./firmware"

/** Error message of a connection that has lost its path to the other end. */
const LOST = "ECONNABORTED"

type Connect = (options: object) => net.Socket

/** The chip's WiFi. All its sockets use it, and it can go down. */
export class Wifi {
    private readonly open = new Set<net.Socket>()
    private outages = 0

    /** Sockets that work as long as the WiFi does. While it is down, the firmware opens none. */
    sockets({ net: plain, tls, standstill }: Sockets): Sockets {
        const { createConnection } = plain as { createConnection: Connect }
        const { connect } = tls as { connect: Connect }
        return {
            standstill,
            isAvailable: () => this.outages === 0,
            net: { createConnection: (options: object) => this.over(createConnection(options)) },
            tls: { connect: (options: object) => this.over(connect(options)) },
        }
    }

    /**
     * Takes the WiFi down: connections break, and no new one is opened.
     * @returns a function that ends this outage; others may still last
     */
    interrupt(): () => void {
        this.outages++
        for (const socket of this.open) socket.destroy(new Error(LOST))
        let over = false
        return () => {
            if (!over) this.outages--
            over = true
        }
    }

    private over(socket: net.Socket): net.Socket {
        this.open.add(socket)
        socket.once("close", () => this.open.delete(socket))
        return socket
    }
}
