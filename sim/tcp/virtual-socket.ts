import { Duplex } from "node:stream"
import type { TcpSocket } from "./tcp"

/** Carries an action to the other end: it runs there after a delay, and after everything carried before it. */
export type Carrier = (action: () => void) => void

/** One end of a connection in this process. Emits what a `net.Socket` emits. */
export class VirtualSocket extends Duplex implements TcpSocket {
    readonly localAddress = "127.0.0.1"
    connecting = true
    bytesRead = 0
    private other!: VirtualSocket
    /** Whether this end has sent its end or a reset. */
    private said = false

    private constructor(
        private readonly carrier: Carrier,
        allowHalfOpen: boolean,
    ) {
        super({ allowHalfOpen })
    }

    /** Creates both ends: the client's, on which {@link open} must still be called, and the server's. */
    static pair(carrier: Carrier, { allowHalfOpen = true } = {}): [VirtualSocket, VirtualSocket] {
        const client = new VirtualSocket(carrier, allowHalfOpen)
        const server = new VirtualSocket(carrier, true)
        client.other = server
        server.other = client
        server.connecting = false
        return [client, server]
    }

    /** Called when the server has accepted. */
    open(): void {
        if (this.destroyed) return
        this.connecting = false
        this.emit("connect")
    }

    setNoDelay(): this {
        return this
    }

    destroySoon(): void {
        if (this.writable) this.end()
        if (this.writableFinished) this.destroy()
        else this.once("finish", () => this.destroy())
    }

    resetAndDestroy(): this {
        this.reset()
        return this.destroy()
    }

    override _read(): void {}

    override _write(bytes: Buffer, _encoding: string, done: () => void): void {
        this.whenOpen(() => {
            const { other } = this
            this.carrier(() => {
                if (other.destroyed) other.refuse()
                else other.receive(bytes)
            })
            done()
        })
    }

    override _final(done: () => void): void {
        this.whenOpen(() => {
            this.sayEnd()
            done()
        })
    }

    override _destroy(error: Error | null, done: (error: Error | null) => void): void {
        this.sayEnd()
        done(error)
    }

    private whenOpen(act: () => void): void {
        if (this.connecting) this.once("connect", act)
        else act()
    }

    private receive(bytes: Buffer): void {
        this.bytesRead += bytes.length
        this.push(bytes)
    }

    /** Data that arrives at a closed end is answered with a reset. */
    private refuse(): void {
        this.said = false
        this.reset()
    }

    private sayEnd(): void {
        if (this.said) return
        this.said = true
        const { other } = this
        this.carrier(() => {
            if (!other.destroyed) other.push(null)
        })
    }

    private reset(): void {
        if (this.said) return
        this.said = true
        const { other } = this
        this.carrier(() => other.destroy(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })))
    }
}
