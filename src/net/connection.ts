import * as ds from "@devicescript/core"
import type { NativeSocket, SocketEvent } from "./native-socket"
import { type Endpoint, type Phase, SocketError } from "./socket-errors"

/**
 * Bytes per write. A TLS write of 4096 bytes or more would make the firmware reset the chip (`MBEDTLS_SSL_OUT_CONTENT_LEN`
 * in `main/sock.c`).
 */
const PIECE = 256

/** Pause between two TLS writes in ms. The firmware's TLS loses any bytes that the network does not accept at once. */
const TLS_PIECE_REST_MS = 50

/** What the firmware returns when its queue is full, and how long to wait then, in ms. */
const QUEUE_FULL = -1
const QUEUE_FULL_REST_MS = 20

/**
 * Limit for received bytes that have not been read yet: an answer with 4 KB of headers. The firmware hands over up to 5744 bytes
 * at once, and a server that sends as much sends a page. The heap may have no room for what would come next.
 */
const UNREAD_LIMIT = 5000

/** How long, in ms, the firmware may still work on a TLS write, unless a reply shows that it has finished. */
const TLS_WRITE_MS = 1000

/** How long, in ms, an abandoned attempt to connect may block the socket. */
const ATTEMPT_LIMIT_MS = 120_000

/** How long, in ms, events of a closed connection can still arrive: five turns of the firmware's main loop. */
const LAST_EVENTS_MS = 50

/** One connection over the device's only socket. Only one fiber may receive. */
export class Connection {
    /**
     * `opening` until the firmware reports the outcome. All states but `opening` and `open` are final: the peer has closed the
     * connection, TLS was refused, it failed otherwise, or more bytes arrived than there is room for.
     */
    private state: "opening" | "open" | "ended" | "refused" | "failed" | "overflow" = "opening"
    private closed = false
    /** The peer has sent something. */
    private heard = false
    /** The firmware's text about the failure. */
    private failure = "closed at once"
    private readonly unread: Buffer[] = []
    private unreadBytes = 0
    private waiter: ds.Fiber | undefined = undefined
    private writingUntil = 0

    /** @param done called once, when the socket is free for the next connection */
    constructor(
        private readonly native: NativeSocket,
        readonly to: Endpoint,
        private readonly done: () => void,
    ) {}

    /** Connects. @throws SocketError */
    async open(timeoutMs: number): Promise<void> {
        const { to } = this
        try {
            this.native.open(to.host, to.port, to.tls)
        } catch (error) {
            this.state = "failed"
            throw new SocketError(to, "connect", "NetworkDown", (error as Error).message)
        }
        await this.wait(timeoutMs)
        const { state, failure } = this
        if (state === "open") return
        if (state === "opening") throw new SocketError(to, "connect", "ConnectTimeout", timeoutMs)
        if (state === "refused") throw new SocketError(to, "connect", "TlsRefused", failure)
        throw new SocketError(to, "connect", "ConnectFailed", failure)
    }

    /** Whether the connection can still be used, as far as this end knows. */
    isOpen(): boolean {
        return this.state === "open" && !this.closed
    }

    /**
     * Hands bytes to the firmware, in pieces. When it returns, the firmware has accepted them. The firmware does not report
     * when they have left or arrived.
     * @param length how many bytes of `data` to send, from its beginning
     * @param untilHeard whether to stop when something has been received: a busy server may answer and hang up before it has
     * the whole request
     * @throws SocketError
     */
    async send(data: Buffer, timeoutMs: number, length = data.length, untilHeard = false): Promise<void> {
        const until = ds.millis() + timeoutMs
        for (let at = 0; at < length; at += PIECE) {
            const piece = data.slice(at, Math.min(at + PIECE, length))
            for (;;) {
                if (untilHeard && this.heard) return
                this.check("send")
                const code = this.native.write(piece)
                if (code === 0) break
                if (code !== QUEUE_FULL) {
                    // The event that says why the connection was lost comes after the failed write.
                    if (this.state === "open") await this.wait(LAST_EVENTS_MS)
                    this.check("send")
                    throw new SocketError(this.to, "send", "SendFailed", code)
                }
                if (ds.millis() >= until) throw new SocketError(this.to, "send", "SendTimeout", timeoutMs)
                await ds.sleep(QUEUE_FULL_REST_MS)
            }
            if (!this.to.tls) continue
            this.writingUntil = ds.millis() + TLS_WRITE_MS
            await ds.sleep(TLS_PIECE_REST_MS)
        }
    }

    /**
     * Waits for the next bytes.
     * @returns `undefined` on timeout, `null` if the peer has closed the connection and everything has been read
     * @throws SocketError
     */
    async recv(timeoutMs: number, phase: Phase = "reply"): Promise<Buffer | null | undefined> {
        const until = ds.millis() + timeoutMs
        for (;;) {
            if (!this.closed) {
                const data = this.unread.shift()
                if (data) {
                    this.unreadBytes -= data.length
                    return data
                }
                if (this.state === "ended") return null
            }
            this.check(phase)
            const left = until - ds.millis()
            if (left <= 0) return undefined
            await this.wait(left)
        }
    }

    /**
     * Gives the connection up; a fiber that waits on it gets `ClosedHere`. The socket goes to the next connection as soon as
     * no more events of this one can arrive:
     *
     * - An attempt to connect that the firmware cannot cancel is left to finish. It would block the next one anyway, because
     *   the firmware's worker handles one at a time, and its late `open` must not be mistaken for that of the next one. An
     *   attempt that never finishes, such as a TLS handshake with a silent server, is cut off after two minutes.
     * - A TLS connection on which the firmware may still be writing is closed a second after the last write, because closing
     *   frees the memory that the worker uses.
     * - Then follows a short pause, in which events queued in the firmware reach this connection and are ignored.
     */
    close(): void {
        if (this.closed) return
        this.closed = true
        this.wake()
        this.retire.start()
    }

    /** For the owner of the socket only. Runs in the firmware's event fiber and must not throw. */
    onEvent(event: SocketEvent, detail?: Buffer | string): void {
        const { state } = this
        if (event === "data") {
            if (!this.isOpen()) return
            this.heard = true
            this.writingUntil = 0
            this.unreadBytes += (detail as Buffer).length
            if (this.unreadBytes > UNREAD_LIMIT) {
                this.state = "overflow"
                this.native.close()
            } else this.unread.push(detail as Buffer)
        } else if (event === "open") {
            if (state !== "opening") return
            this.state = "open"
        } else {
            if (state !== "opening" && state !== "open") return
            this.state = "ended"
            if (event === "error") this.fail(detail as string, state === "open")
        }
        this.wake()
    }

    /**
     * Determines whether TLS was refused, which happens in the handshake. The ESP32 names the mbedtls function that failed, and
     * reports `open` after the handshake. The simulator reports `open` before it, and puts `tls://host:port: ` in front of
     * Node's message.
     */
    private fail(detail: string, opened: boolean): void {
        const failure = detail.includes("://") ? detail.slice(detail.indexOf(": ") + 2) : detail
        const early = failure.startsWith("mbedtls") ? !opened : isNodeTlsFailure(failure)
        this.state = this.to.tls && !this.heard && early ? "refused" : "failed"
        this.failure = failure
    }

    private async retire(): Promise<void> {
        const { native } = this
        if (this.state === "opening" && !native.cancels) await this.wait(ATTEMPT_LIMIT_MS)
        const writing = this.writingUntil - ds.millis()
        if (this.state === "open" && writing > 0) await this.wait(writing)
        native.close()
        await ds.sleep(LAST_EVENTS_MS)
        this.done()
    }

    /** @throws SocketError if nothing more can be sent or received */
    private check(phase: Phase): void {
        const { state, to, failure } = this
        if (this.closed) throw new SocketError(to, phase, "ClosedHere")
        if (state === "ended") throw new SocketError(to, phase, "ClosedByPeer")
        if (state === "overflow") throw new SocketError(to, phase, "ReceiveOverflow")
        if (state === "refused") throw new SocketError(to, phase, "TlsRefused", failure)
        if (state === "failed") throw new SocketError(to, phase, "ConnectionLost", failure)
    }

    private async wait(ms: number): Promise<void> {
        const fiber = ds.Fiber.self()
        this.waiter = fiber
        await ds.suspend(ms)
        if (this.waiter === fiber) this.waiter = undefined
    }

    private wake(): void {
        const { waiter } = this
        this.waiter = undefined
        if (waiter) waiter.resume(undefined)
    }
}

/** Whether Node's message is about a bad certificate or a failed handshake. */
function isNodeTlsFailure(failure: string): boolean {
    if (failure.includes("certificate")) return true
    return failure.includes("secure TLS connection") || failure.includes("SSL routines")
}
