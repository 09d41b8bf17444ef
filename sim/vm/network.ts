import net from "node:net"
import type { Duplex } from "node:stream"
import tls from "node:tls"
import type { VirtualClock } from "../clock"
import type { Address } from "../tcp/tcp"
import type { VirtualTcp } from "../tcp/virtual-tcp"
import type { Sockets } from "./firmware"
import { receivePieces } from "./receive-pieces"
import { Standstill } from "./standstill"

/** Observes one socket of the chip; with TLS, it sees the plaintext. */
export interface Tap {
    sent(bytes: Uint8Array): void
    received(bytes: Uint8Array): void
    closed(): void
}

/** Reports every sign of life on the socket to the clock, so that time does not run ahead of the peer. */
function watch<S extends net.Socket>(
    socket: S,
    clock: VirtualClock,
    standstill: Standstill,
    tap: Tap | undefined,
): S {
    const touch = () => clock.touch()
    touch()
    receivePieces(socket, clock, standstill)
    closeLikeFirmware(socket)
    for (const event of ["lookup", "connect", "secureConnect", "data", "drain", "end", "error"]) {
        socket.prependListener(event, touch)
    }
    socket.once("close", () => clock.settle())
    if (tap) {
        socket.prependListener("data", bytes => tap.received(bytes))
        socket.prependListener("close", () => tap.closed())
    }
    const write = socket.write.bind(socket) as (bytes: Uint8Array, ...more: unknown[]) => boolean
    socket.write = ((bytes: Uint8Array, ...more: unknown[]) => {
        touch()
        tap?.sent(bytes)
        return write(bytes, ...more)
    }) as S["write"]
    return socket
}

/** The runtime calls `end` where the firmware closes a socket, even before it is open or while the peer still sends. */
function closeLikeFirmware(socket: Duplex & { readonly connecting: boolean }): void {
    const end = socket.end.bind(socket) as () => Duplex
    socket.end = (() => {
        if (socket.connecting) socket.destroy()
        else end().once("finish", () => socket.destroy())
        return socket
    }) as typeof socket.end
}

/**
 * The simulated chip's sockets: real ones, whose traffic holds back a fast clock.
 *
 * @param makeTap called for each socket, to observe it
 */
export function watchedSockets(clock: VirtualClock, makeTap?: () => Tap): Sockets {
    const standstill = new Standstill(clock)
    return {
        standstill,
        net: {
            createConnection: (options: net.TcpNetConnectOpts) =>
                watch(net.createConnection(options), clock, standstill, makeTap?.()),
        },
        tls: {
            connect: (options: tls.ConnectionOptions) =>
                watch(tls.connect(options), clock, standstill, makeTap?.()),
        },
    }
}

/** Sockets that use `there` for one address and `elsewhere` for all others. */
export function routed({ host, port }: Address, there: Sockets, elsewhere: Sockets): Sockets {
    const { tls, standstill } = elsewhere
    const createConnection = (address: Address) => {
        const { net } = address.host === host && address.port === port ? there : elsewhere
        return net.createConnection(address)
    }
    return { net: { createConnection }, tls, standstill }
}

/** The simulated chip's sockets in a virtual network. It has no TLS. */
export function virtualSockets(
    clock: VirtualClock,
    network: VirtualTcp,
    standstill = new Standstill(clock),
): Sockets {
    return {
        standstill,
        isAvailable: () => network.isReachable,
        net: {
            createConnection(address: Address) {
                const socket = network.connect(address, { allowHalfOpen: false })
                receivePieces(socket, clock, standstill)
                closeLikeFirmware(socket)
                return socket
            },
        },
        tls: {},
    }
}
