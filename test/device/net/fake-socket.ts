import type { NativeSocket, SocketEvent, SocketListener } from "../../../src/net/native-socket"

/** The firmware's socket with events that a test invents. By default it is as stubborn as the ESP32's. */
export class FakeSocket implements NativeSocket {
    /** What the program did, in order: `open host:port`, `close`, `write 5`. */
    readonly log: string[] = []
    /** What was written, copied as the firmware does it. */
    readonly written: Buffer[] = []
    /** What the next writes return; then 0 again. */
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

    /** Lets the firmware report something. */
    says(event: SocketEvent, detail?: Buffer | string): void {
        this.listener(event, detail)
    }

    history(): string {
        return this.log.join(", ")
    }
}
