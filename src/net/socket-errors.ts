import { lookUp } from "../kernel/table"

/** The other end of a connection. */
export interface Endpoint {
    readonly host: string
    readonly port: number
    readonly tls: boolean
}

/** What was being done: waiting for the socket, connecting, sending, waiting for the first or for the next byte. */
export type Phase = "turn" | "connect" | "send" | "first byte" | "reply"

/** What can go wrong on the way to another computer. */
export type SocketFailure =
    /** The socket was in use by others all the time. */
    | "SocketBusy"
    /** The device has no network: no WiFi connection, or no address yet. */
    | "NetworkDown"
    /** The name is unknown, nobody listens, or the network says that there is no way. */
    | "ConnectFailed"
    /** Nobody answered the attempt to connect. */
    | "ConnectTimeout"
    /** TLS failed: the certificate is not good for this name or not from a known authority, or the server speaks no TLS. */
    | "TlsRefused"
    /** The firmware did not take the bytes. */
    | "SendFailed"
    /** The firmware's queue stayed full. */
    | "SendTimeout"
    /** The peer said nothing, or not enough. */
    | "ReceiveTimeout"
    /** More bytes came in than anybody took. */
    | "ReceiveOverflow"
    /** The connection broke, for example by a reset. */
    | "ConnectionLost"
    /** The peer closed the connection before everything was said. */
    | "ClosedByPeer"
    /** This end closed the connection while somebody was using it. */
    | "ClosedHere"

/** In a few words; a text in one piece needs neither bytecode nor heap. */
const WORDS = `
SocketBusy: the device's only connection is in use
NetworkDown: no network
ConnectFailed: cannot connect
ConnectTimeout: no answer to the attempt to connect
TlsRefused: no secure connection
SendFailed: cannot send
SendTimeout: cannot send in time
ReceiveTimeout: no answer in time
ReceiveOverflow: too many bytes at once
ConnectionLost: the connection broke
ClosedByPeer: the other end closed the connection too early
ClosedHere: the connection was given up
`

/** Something went wrong on the way to `host:port`. Its name is the {@link SocketFailure}. */
export class SocketError extends Error {
    /** `host:port`. */
    readonly peer: string

    /** @param detail what firmware or platform say of it, or how long was waited in ms; not for people */
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
