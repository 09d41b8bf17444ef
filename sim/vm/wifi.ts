import net from "node:net"
import type { Sockets } from "./firmware"

/** As the operating system names it when there is no way to the other end. */
const UNREACHABLE = "EHOSTUNREACH"

type Connect = (options: object) => net.Socket

/** The chip's WiFi: all its sockets go over it, and it can be gone. */
export class Wifi {
    private readonly open = new Set<net.Socket>()
    private outages = 0

    /** Sockets that work as long as the WiFi does. */
    sockets({ net: plain, tls }: Sockets): Sockets {
        const { createConnection } = plain as { createConnection: Connect }
        const { connect } = tls as { connect: Connect }
        return {
            net: { createConnection: (options: object) => this.over(() => createConnection(options)) },
            tls: { connect: (options: object) => this.over(() => connect(options)) },
        }
    }

    /**
     * It is gone: connections end, and no new one comes about.
     * @returns ends this outage; others may still last
     */
    interrupt(): () => void {
        this.outages++
        for (const socket of this.open) socket.destroy(unreachable())
        let over = false
        return () => {
            if (!over) this.outages--
            over = true
        }
    }

    private over(connect: () => net.Socket): net.Socket {
        if (this.outages > 0) {
            const socket = new net.Socket()
            setImmediate(() => socket.destroy(unreachable()))
            return socket
        }
        const socket = connect()
        this.open.add(socket)
        socket.once("close", () => this.open.delete(socket))
        return socket
    }
}

function unreachable(): Error {
    return Object.assign(new Error(UNREACHABLE), { code: UNREACHABLE })
}
