import { setTimeout as wait } from "node:timers/promises"
import { JDBus, jdpack, Packet } from "jacdac-ts"
import { SerialPort } from "serialport"
import { FrameTransport } from "../../sim/bus/jacdac-bus"
import { UsbReader, usbFramed } from "../../sim/chip/usb-framing"
import { PortUnusable } from "./errors"

/** Baud rate of the firmware's UART. Without effect on a chip with native USB. */
const BAUD = 1_500_000

/** Commands to the chip's end of the USB line itself (Jacdac's service "USB bridge"). */
const USB_BRIDGE = 0x18f61a4a
const ENABLE_PACKETS = 0x81
const ENABLE_LOG = 0x83
const CLASS_COMMAND_LOOPBACK = 0x01 | 0x04 | 0x40
const BROADCAST_HIGH = 0xaaaaaaaa
const BROADCAST_SERVICE = 0x3d

/** How often the chip is asked to announce itself, in ms. Its boot takes about a second. */
const KNOCK_MS = 200
/** After this much silence, in ms, packets and log are enabled again: a chip forgets this when it resets. */
const SILENCE_MS = 1500

/** The Jacdac bus of a chip at a serial port, without another program in between. */
export class SerialBus {
    readonly bus: JDBus
    /** Resolves when the port is closed, for example because the cable was unplugged. */
    readonly closed: Promise<void>
    private heard = false
    private lastFrame = 0
    private readonly watch: NodeJS.Timeout
    private readonly listeners = new Set<(line: string) => void>()

    private constructor(private readonly port: SerialPort) {
        const transport = new FrameTransport("serial", frame => this.write(frame))
        const reader = new UsbReader(
            frame => {
                this.heard = true
                this.lastFrame = performance.now()
                transport.receive(frame)
            },
            line => {
                for (const listener of this.listeners) listener(line)
            },
        )
        port.on("data", bytes => reader.read(bytes))
        port.on("error", () => port.isOpen && port.close())
        this.closed = new Promise(resolve => port.once("close", () => resolve()))
        this.bus = new JDBus([transport], { client: false, disableRoleManager: true })
        this.bus.backgroundRefreshRegisters = false
        this.watch = setInterval(() => {
            if (this.heard && performance.now() - this.lastFrame > SILENCE_MS) this.enable()
        }, SILENCE_MS)
    }

    /** @throws PortUnusable */
    static async open(path: string): Promise<SerialBus> {
        const port = new SerialPort({ path, baudRate: BAUD, autoOpen: false })
        await new Promise<void>((resolve, reject) => {
            port.open(error => (error ? reject(unusable(path, error)) : resolve()))
        })
        return new SerialBus(port)
    }

    get path(): string {
        return this.port.path
    }

    /** Asks the chip for packets and log until a packet comes. @returns whether one came within `ms` */
    async knock(ms: number): Promise<boolean> {
        for (
            const end = performance.now() + ms;
            !this.heard && performance.now() < end;
            await wait(KNOCK_MS)
        ) {
            this.enable()
        }
        return this.heard
    }

    /** Calls back for every line that the chip prints. @returns unsubscribes */
    onLine(listener: (line: string) => void): () => void {
        this.listeners.add(listener)
        return () => this.listeners.delete(listener)
    }

    async close(): Promise<void> {
        clearInterval(this.watch)
        if (this.port.isOpen) await new Promise<void>(resolve => this.port.close(() => resolve()))
        await this.bus.stop()
    }

    private enable(): void {
        this.write(bridgeFrame(ENABLE_PACKETS))
        this.write(bridgeFrame(ENABLE_LOG))
    }

    private write(frame: Uint8Array): void {
        if (this.port.isOpen) this.port.write(usbFramed(frame))
    }
}

function bridgeFrame(command: number): Uint8Array {
    const packet = Packet.fromBinary(
        jdpack("u16 u8 u8 u32 u32 u8 u8 u16", [
            0,
            4,
            CLASS_COMMAND_LOOPBACK,
            USB_BRIDGE,
            BROADCAST_HIGH,
            0,
            BROADCAST_SERVICE,
            command,
        ]),
    )
    return packet.toBuffer()
}

function unusable(path: string, cause: Error): PortUnusable {
    const { message } = cause
    if (/lock|busy/i.test(message))
        return new PortUnusable(path, "another program uses it; close VS Code and devtools", { cause })
    if (/permission|access/i.test(message)) {
        const cure = "permission denied; on Linux: sudo usermod -aG dialout $USER, and log in again"
        return new PortUnusable(path, cure, { cause })
    }
    if (/no such|not found|ENOENT/i.test(message))
        return new PortUnusable(path, "there is no such port", { cause })
    return new PortUnusable(path, message, { cause })
}
