import type { Clock, Timer } from "../clock"
import { type Random, seededRandom } from "../random"
import { type Address, type Listener, systemTcp, type TcpNetwork, type TcpSocket } from "../tcp/tcp"
import { Link } from "./link"
import type { ConnectionToxic, Toxic } from "./toxic"

export interface ToxicProxyOptions {
    readonly clock: Clock
    /** Where connections lead. */
    readonly target: Address
    /** The operating system's when left out. */
    readonly network?: TcpNetwork
    /** Source of jitter, sizes and the choice of connections; the same in every run when left out. */
    readonly random?: Random
}

/** How often a port that cannot be opened again is tried. */
const RETRY_MS = 1000

/** The port of a proxy that is no longer down cannot be opened again. */
export class ProxyPortLost extends Error {
    constructor(
        readonly port: number,
        options: ErrorOptions,
    ) {
        super(
            `port ${port} of the way to the server cannot be opened again, probably because another process has taken it; ` +
                "this is tried until it works",
            options,
        )
        this.name = "ProxyPortLost"
    }
}

interface Connection {
    readonly sockets: readonly TcpSocket[]
    readonly upstream: Link
    readonly downstream: Link
}

/**
 * A TCP proxy that injects faults on demand. Without toxics it passes data and ends through. If the target refuses a
 * connection, the proxy closes the client's at once.
 */
export class ToxicProxy {
    private readonly clock: Clock
    private readonly target: ToxicProxyOptions["target"]
    private readonly network: TcpNetwork
    private readonly random: Random
    private readonly active: Toxic[] = []
    private readonly connections = new Set<Connection>()
    private listener: Listener | undefined
    private address: Address | undefined
    private retry: Timer | undefined

    constructor({ clock, target, network = systemTcp, random = seededRandom(1) }: ToxicProxyOptions) {
        this.network = network
        this.clock = clock
        this.target = target
        this.random = random
    }

    /**
     * Starts listening, unless the proxy is down. Rejects if the port is taken.
     *
     * @param port 0 for any free port
     */
    async listen(port = 0, host = "127.0.0.1"): Promise<{ port: number; url: string }> {
        this.address = { port: await this.open(port, host), host }
        if (this.isDown) await this.shut()
        return { port: this.address.port, url: `http://${host}:${this.address.port}` }
    }

    /** Stops listening and cuts all connections. */
    async close(): Promise<void> {
        this.address = undefined
        this.clock.clearTimeout(this.retry)
        await this.shut()
    }

    /** The active toxics, in the order in which they were added. */
    get toxics(): readonly Toxic[] {
        return this.active
    }

    /** Activates a toxic, on existing connections too. */
    async add(toxic: Toxic): Promise<void> {
        this.active.push(toxic)
        if (toxic.type === "down") await this.shut()
        else for (const connection of this.connections) this.infect(connection, toxic)
    }

    /**
     * Deactivates a toxic. Data that it held back goes on at once.
     * @throws ProxyPortLost when the proxy cannot listen again yet; it goes on trying
     */
    async remove(toxic: Toxic): Promise<void> {
        const index = this.active.indexOf(toxic)
        if (index < 0) return
        this.active.splice(index, 1)
        if (toxic.type !== "down") {
            for (const { upstream, downstream } of this.connections) {
                upstream.remove(toxic)
                downstream.remove(toxic)
            }
        } else {
            await this.reopen()
        }
    }

    private get isDown(): boolean {
        return this.active.some(({ type }) => type === "down")
    }

    private async reopen(): Promise<void> {
        const { address } = this
        if (!address || this.isDown || this.listener) return
        try {
            await this.open(address.port, address.host)
        } catch (cause) {
            this.clock.clearTimeout(this.retry)
            // A failure is repeated, and was reported the first time.
            this.retry = this.clock.setTimeout(() => this.reopen().catch(() => {}), RETRY_MS)
            throw new ProxyPortLost(address.port, { cause })
        }
        if (this.isDown || !this.address) await this.shut()
    }

    private async open(port: number, host: string): Promise<number> {
        this.listener = await this.network.listen({ port, host }, client => this.accept(client))
        return this.listener.port
    }

    private async shut(): Promise<void> {
        const { listener } = this
        this.listener = undefined
        if (!listener) return
        const closed = listener.close()
        for (const { sockets } of this.connections) for (const socket of sockets) socket.destroy()
        await closed
    }

    private accept(client: TcpSocket): void {
        this.clock.touch?.()
        const server = this.network.connect(this.target)
        const connection: Connection = {
            sockets: [client, server],
            upstream: new Link(client, server, this.clock, this.random),
            downstream: new Link(server, client, this.clock, this.random),
        }
        this.connections.add(connection)
        for (const socket of connection.sockets) {
            socket.setNoDelay(true)
            // A "close" event follows and reaches the links.
            socket.on("error", () => {})
            socket.on("close", () => {
                if (client.destroyed && server.destroyed) this.connections.delete(connection)
            })
        }
        for (const toxic of this.active) if (toxic.type !== "down") this.infect(connection, toxic)
    }

    private infect(connection: Connection, toxic: ConnectionToxic): void {
        if (this.random() < (toxic.toxicity ?? 1)) connection[toxic.stream ?? "downstream"].add(toxic)
    }
}
