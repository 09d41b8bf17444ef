/** The other end of a connection. */
export interface Endpoint {
    readonly host: string
    readonly port: number
    readonly tls: boolean
}

/** What was being done: waiting for the socket, connecting, sending, waiting for the first or for the next byte. */
export type Phase = "turn" | "connect" | "send" | "first byte" | "reply"

/** Something went wrong on the way to `host:port`. The message is for the owner of the device. */
export class SocketError extends Error {
    readonly host: string
    readonly port: number

    constructor(
        to: Endpoint,
        readonly phase: Phase,
        problem: string,
    ) {
        super(to.host + ":" + to.port + ": " + problem)
        this.host = to.host
        this.port = to.port
    }
}

/** The socket was in use by others all the time. */
export class SocketBusy extends SocketError {
    constructor(
        to: Endpoint,
        readonly afterMs: number,
    ) {
        super(to, "turn", "the device's only connection was in use for " + afterMs + " ms")
    }
}

/** The device has no network: no WiFi connection, or no address yet. */
export class NetworkDown extends SocketError {
    constructor(to: Endpoint, detail: string) {
        super(to, "connect", "no network (" + detail + "); check WIFI_SSID, WIFI_PWD and the reception")
    }
}

/** The name is unknown, nobody listens, or the network says that there is no way. */
export class ConnectFailed extends SocketError {
    constructor(
        to: Endpoint,
        readonly detail: string,
    ) {
        super(to, "connect", "cannot connect (" + detail + "); check the address and that the server runs")
    }
}

/** Nobody answered the attempt to connect. */
export class ConnectTimeout extends SocketError {
    constructor(
        to: Endpoint,
        readonly afterMs: number,
    ) {
        super(
            to,
            "connect",
            "no answer within " + afterMs + " ms; check the address and that the server runs",
        )
    }
}

/** TLS failed: the certificate is not good for this name or not from a known authority, or the server speaks no TLS. */
export class TlsRefused extends SocketError {
    constructor(
        to: Endpoint,
        phase: Phase,
        readonly detail: string,
    ) {
        super(
            to,
            phase,
            "no secure connection (" + detail + "); a server without a public certificate needs http://",
        )
    }
}

/** The firmware did not take the bytes. */
export class SendFailed extends SocketError {
    constructor(
        to: Endpoint,
        readonly code: number,
    ) {
        super(to, "send", "cannot send (code " + code + ")")
    }
}

/** The firmware's queue stayed full. */
export class SendTimeout extends SocketError {
    constructor(to: Endpoint, afterMs: number) {
        super(to, "send", "could not send within " + afterMs + " ms")
    }
}

/** The peer said nothing, or not enough. */
export class ReceiveTimeout extends SocketError {
    constructor(to: Endpoint, phase: Phase, afterMs: number) {
        const what = phase === "first byte" ? "no answer" : "no complete answer"
        super(
            to,
            phase,
            what + " within " + afterMs + " ms; the server may be overloaded, or the network slow",
        )
    }
}

/** More bytes came in than anybody took. */
export class ReceiveOverflow extends SocketError {
    constructor(to: Endpoint, phase: Phase, limit: number) {
        super(to, phase, "more than " + limit + " bytes unread")
    }
}

/** The connection broke, for example by a reset. */
export class ConnectionLost extends SocketError {
    constructor(
        to: Endpoint,
        phase: Phase,
        readonly detail: string,
    ) {
        super(to, phase, "the connection broke (" + detail + ")")
    }
}

/** The peer closed the connection before everything was said. */
export class ClosedByPeer extends SocketError {
    constructor(to: Endpoint, phase: Phase) {
        super(to, phase, "the server closed the connection too early")
    }
}

/** This end closed the connection while somebody was using it. */
export class ClosedHere extends SocketError {
    constructor(to: Endpoint, phase: Phase) {
        super(to, phase, "the connection was given up")
    }
}
