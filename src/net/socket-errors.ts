import { lookUp } from "../kernel/table"

/** The other end of a connection. */
export interface Endpoint {
    readonly host: string
    readonly port: number
    readonly tls: boolean
}

/** Phase of an exchange: waiting for the socket, connecting, sending, waiting for the first byte, waiting for more. */
export type Phase = "turn" | "connect" | "send" | "first byte" | "reply"

/** How communication with another computer can fail. */
export type SocketFailure =
    /** Others used the socket for the whole waiting time. */
    | "SocketBusy"
    /** The device has no network: no WiFi connection, or no address yet. */
    | "NetworkDown"
    /** The host name is unknown, nothing listens on the port, or the network reports no route. */
    | "ConnectFailed"
    /** The attempt to connect got no answer. */
    | "ConnectTimeout"
    /** TLS failed: the certificate is not valid for this name or not from a known authority, or the server speaks no TLS. */
    | "TlsRefused"
    /** The firmware did not accept the bytes. */
    | "SendFailed"
    /** The firmware's queue stayed full. */
    | "SendTimeout"
    /** The peer sent nothing in time, or not everything. */
    | "ReceiveTimeout"
    /** More bytes arrived than were read. */
    | "ReceiveOverflow"
    /** The connection broke, for example by a reset. */
    | "ConnectionLost"
    /** The peer closed the connection before the exchange was complete. */
    | "ClosedByPeer"
    /** This end closed the connection while it was in use. */
    | "ClosedHere"

/** A short message for each failure. As a single string they need neither bytecode nor heap. */
const WORDS = `
SocketBusy: the device's only connection is in use
NetworkDown: no network
ConnectFailed: cannot connect
ConnectTimeout: no answer to the connection attempt
TlsRefused: no secure connection
SendFailed: cannot send
SendTimeout: cannot send in time
ReceiveTimeout: no answer in time
ReceiveOverflow: too many bytes at once
ConnectionLost: the connection broke
ClosedByPeer: the other end closed the connection too early
ClosedHere: the device gave up the connection
`

/** Communication with `host:port` failed. The error's `name` is the {@link SocketFailure}. */
export class SocketError extends Error {
    /** `host:port`. */
    readonly peer: string

    /** @param detail text or code from the firmware or platform, or the timeout in ms; not meant for users */
    constructor(
        to: Endpoint,
        readonly phase: Phase,
        readonly failure: SocketFailure,
        readonly detail?: string | number,
    ) {
        super(to.host + ":" + to.port + ": " + lookUp(WORDS, failure))
        this.name = failure
        this.peer = to.host + ":" + to.port
    }
}
