import type { VirtualClock } from "../clock"
import type { Address, Listener, TcpNetwork, TcpSocket } from "./tcp"
import { VirtualSocket } from "./virtual-socket"

/** How a network fails. `unreachable`: there is no network, and a chip knows that. `silent`: nothing comes through. */
export type Outage = "unreachable" | "silent"

/** One-way latency in ms. */
const LATENCY_MS = 15

/** The first port for those who ask for any. */
const FIRST_PORT = 49_152

/**
 * TCP between the parts of one process, in virtual time. The machine's own timing has no influence, so every run is the
 * same. A connection to a host without a listener goes to any listener on that port.
 */
export class VirtualTcp implements TcpNetwork {
    private readonly listeners: (Address & { accept(socket: TcpSocket): void })[] = []
    private readonly outages: Outage[] = []
    /** Actions in flight that wait for the end of an outage. */
    private held: (() => void)[] = []
    private nextPort = FIRST_PORT

    constructor(
        private readonly clock: VirtualClock,
        private readonly latencyMs = LATENCY_MS,
    ) {}

    async listen({ host, port: wanted }: Address, accept: (socket: TcpSocket) => void): Promise<Listener> {
        const port = wanted === 0 ? this.nextPort++ : wanted
        const { listeners } = this
        if (listeners.some(other => other.port === port && other.host === host))
            throw new PortTakenError(port)
        const listener = { host, port, accept }
        listeners.push(listener)
        return { port, close: async () => listeners.splice(listeners.indexOf(listener), 1) }
    }

    connect(address: Address, options?: { allowHalfOpen: boolean }): VirtualSocket {
        const [client, server] = VirtualSocket.pair(action => this.carry(action), options)
        const to = `${address.host}:${address.port}`
        if (!this.isReachable) {
            this.soon(() => client.destroy(systemError("EHOSTUNREACH", to)))
            return client
        }
        this.carry(() => {
            const accept = this.listenerAt(address)?.accept
            this.carry(() => {
                if (accept) client.open()
                else client.destroy(systemError("ECONNREFUSED", to))
            })
            if (!client.destroyed) accept?.(server)
        })
        return client
    }

    /** Whether there is a network, even a silent one. */
    get isReachable(): boolean {
        return this.outages.at(-1) !== "unreachable"
    }

    /**
     * Starts an outage: nothing gets through. Data sent meanwhile is not lost, since TCP repeats it until it arrives.
     * @returns a function that ends this outage; others may still last
     */
    interrupt(outage: Outage): () => void {
        this.outages.push(outage)
        return () => {
            this.outages.splice(this.outages.indexOf(outage), 1)
            if (this.outages.length > 0) return
            for (const action of this.held.splice(0)) this.carry(action)
        }
    }

    private listenerAt({ host, port }: Address) {
        const atPort = this.listeners.filter(listener => listener.port === port)
        return atPort.find(listener => listener.host === host) ?? atPort[0]
    }

    private carry(action: () => void): void {
        this.soon(() => {
            if (this.outages.length > 0) this.held.push(action)
            else action()
        })
    }

    private soon(action: () => void): void {
        this.clock.setTimeout(() => {
            this.clock.rest()
            action()
        }, this.latencyMs)
    }
}

/** Another listener already has the port. */
export class PortTakenError extends Error {
    override readonly name = "PortTakenError"

    constructor(readonly port: number) {
        super(`Port ${port} is taken`)
    }
}

function systemError(code: string, to: string): NodeJS.ErrnoException {
    return Object.assign(new Error(`connect ${code} ${to}`), { code })
}
