import type { NativeSocket, SocketEvent, SocketListener } from "../../../src/net/native-socket"

/** The firmware's socket with events that a test invents. By default it cannot cancel an attempt to connect, like the ESP32. */
export class FakeSocket implements NativeSocket {
    /** What the program did, in order: `open host:port`, `close`, `write 5`. */
    readonly log: string[] = []
    /** The data of successful writes, copied as the firmware does it. */
    readonly written: Buffer[] = []
    /** Return values of the next writes; after them, 0. */
    readonly writeCodes: number[] = []
    networkDown = false
    private listener: SocketListener

    constructor(readonly cancels = false) {}

    listen(listener: SocketListener): void {
        this.listener = listener
    }

    open(host: string, port: number, tls: boolean): void {
        if (this.networkDown) throw new RangeError("network not available")
        this.log.push("open " + (tls ? "tls " : "") + host + ":" + port)
    }

    write(data: Buffer): number {
        this.log.push("write " + data.length)
        const code = this.writeCodes.length > 0 ? this.writeCodes.shift() : 0
        if (code === 0) this.written.push(data.slice(0, data.length))
        return code
    }

    close(): void {
        this.log.push("close")
    }

    /** Reports an event as the firmware does. */
    says(event: SocketEvent, detail?: Buffer | string): void {
        this.listener(event, detail)
    }

    history(): string {
        return this.log.join(", ")
    }
}
