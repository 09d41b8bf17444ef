import { SerialPort } from "serialport"
import type { FoundPort } from "../serial-ports"

/** The control lines that `esptool-js` sets. They reset the chip, and choose between boot ROM and program. */
interface Signals {
    readonly dataTerminalReady?: boolean
    readonly requestToSend?: boolean
}

/** A serial port of this computer with the Web Serial interface, for which `esptool-js` is made. */
export class WebSerialPort {
    readable: ReadableStream<Uint8Array> | null = null
    writable: WritableStream<Uint8Array> | null = null
    /** Whether the port has the lines that reset a chip. Known once they have been set. */
    canReset = true
    private port: SerialPort | undefined

    constructor(
        readonly path: string,
        private readonly usb?: FoundPort["usb"],
    ) {}

    getInfo(): { usbVendorId?: number; usbProductId?: number } {
        return { usbVendorId: this.usb?.vendorId, usbProductId: this.usb?.productId }
    }

    async open({ baudRate }: { readonly baudRate: number }): Promise<void> {
        const port = new SerialPort({ path: this.path, baudRate, autoOpen: false })
        await done(callback => port.open(callback))
        this.port = port
        // The library stops reading before it closes the port, and bytes may still arrive in between.
        let isRead = true
        this.readable = new ReadableStream({
            start(controller) {
                const end = (work: () => void) => {
                    if (isRead) work()
                    isRead = false
                }
                port.on("data", (bytes: Buffer) => isRead && controller.enqueue(Uint8Array.from(bytes)))
                port.on("error", error => end(() => controller.error(error)))
                port.once("close", () => end(() => controller.close()))
            },
            cancel() {
                isRead = false
            },
        })
        this.writable = new WritableStream({
            write: bytes =>
                done(callback => {
                    port.write(bytes)
                    port.drain(callback)
                }),
        })
    }

    async close(): Promise<void> {
        const { port } = this
        this.port = undefined
        this.readable = null
        this.writable = null
        if (port?.isOpen) await done(callback => port.close(callback))
    }

    async setBaudRate(baudRate: number): Promise<void> {
        await done(callback => this.port?.update({ baudRate }, callback))
    }

    async setSignals({ dataTerminalReady, requestToSend }: Signals): Promise<void> {
        const signals = {
            ...(dataTerminalReady === undefined ? {} : { dtr: dataTerminalReady }),
            ...(requestToSend === undefined ? {} : { rts: requestToSend }),
        }
        this.lines = { ...this.lines, ...signals }
        try {
            // `serialport` resets an omitted line to its default, so both are set every time.
            await done(callback => this.port?.set(this.lines, callback))
        } catch {
            this.canReset = false
        }
    }

    private lines = { dtr: false, rts: false }
}

function done(work: (callback: (error: Error | null | undefined) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => work(error => (error ? reject(error) : resolve())))
}
