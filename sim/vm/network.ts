import net from "node:net"
import tls from "node:tls"
import type { VirtualClock } from "../clock"
import { receivePieces } from "./receive-pieces"

/** Tells the clock of every sign of life on the socket, so that time does not run away from the peer. */
function watch<S extends net.Socket>(socket: S, clock: VirtualClock): S {
    const touch = () => clock.touch()
    touch()
    receivePieces(socket, clock)
    closeLikeFirmware(socket)
    for (const event of ["lookup", "connect", "secureConnect", "data", "drain", "end", "error"]) {
        socket.prependListener(event, touch)
    }
    socket.once("close", () => clock.settle())
    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean
    socket.write = ((...args: unknown[]) => {
        touch()
        return write(...args)
    }) as S["write"]
    return socket
}

/** The runtime ends a socket where the firmware closes it, also before it is open or against a peer that talks on. */
function closeLikeFirmware(socket: net.Socket): void {
    const end = socket.end.bind(socket) as () => net.Socket
    socket.end = () => {
        if (socket.connecting) socket.destroy()
        else end().once("finish", () => socket.destroy())
        return socket
    }
}

/** The sockets that the simulated chip sees: real ones, whose traffic holds back a fast clock. */
export function watchedSockets(clock: VirtualClock) {
    return {
        net: {
            createConnection: (options: net.TcpNetConnectOpts) => watch(net.createConnection(options), clock),
        },
        tls: { connect: (options: tls.ConnectionOptions) => watch(tls.connect(options), clock) },
    }
}
