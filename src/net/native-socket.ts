import * as ds from "@devicescript/core"

/** What the firmware reports about the device's only socket. */
export type SocketEvent = "open" | "data" | "error" | "close"

/** Receives every event. `detail` holds the received bytes, or the text of an error. */
export type SocketListener = (event: SocketEvent, detail?: Buffer | string) => void

/** The device's only TCP/TLS socket, as the firmware provides it: commands go in, events come out, and no call waits. */
export interface NativeSocket {
    /**
     * Whether {@link close} also cancels an attempt to connect. The ESP32 cannot do that: its worker stays in the DNS lookup,
     * `connect` or the handshake until it succeeds or fails, and reports the outcome then (`main/sock.c`).
     */
    readonly cancels: boolean
    listen(listener: SocketListener): void
    /** @throws RangeError while there is no network */
    open(host: string, port: number, tls: boolean): void
    /** @returns 0 if the firmware accepted all bytes, -1 if its queue is full, any other value for a failure */
    write(data: Buffer): number
    close(): void
}

type Firmware = typeof ds & {
    _socketOpen(host: string, port: number): number
    _socketWrite(data: Buffer): number
    _socketClose(): number
    _socketOnEvent: SocketListener
}

const firmware = ds as Firmware

/** The socket of the firmware this program runs on. */
export class FirmwareSocket implements NativeSocket {
    readonly cancels = ds.isSimulator()

    listen(listener: SocketListener): void {
        firmware._socketOnEvent = listener
    }

    open(host: string, port: number, tls: boolean): void {
        firmware._socketOpen(host, tls ? -port : port)
    }

    write(data: Buffer): number {
        return firmware._socketWrite(data)
    }

    close(): void {
        firmware._socketClose()
    }
}
