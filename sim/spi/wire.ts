import { EventEmitter } from "node:events"
import type { Clock } from "../clock"
import { type SpiConfig, SpiError } from "../vm/natives"
import type { SpiPeripheral } from "./peripheral"

/** First byte of each message between the program and its host. */
const CONFIGURE = "c".charCodeAt(0)
const TRANSFER = "t".charCodeAt(0)
const FAILURE = "f".charCodeAt(0)
const PIN = "p".charCodeAt(0)
const RESULT = "r".charCodeAt(0)
const COMMAND = "j".charCodeAt(0)

/** The firmware's pin mode for an output that is high. */
export const PIN_HIGH = 0x12

export type HardwareEvent =
    | { kind: "pin"; gpio: number; mode: number; time: number }
    | { kind: "configure"; config: SpiConfig; time: number }
    | { kind: "transfer"; sent: Uint8Array; time: number }

/** The runtime's socket, without a network: everything that the program writes arrives here at once. */
class WireSocket extends EventEmitter {
    constructor(private readonly receive: (message: Buffer) => void) {
        super()
    }
    write(message: Uint8Array): boolean {
        this.receive(Buffer.from(message))
        return true
    }
    end(): void {}
}

/**
 * Connects a program in the DeviceScript VM to an {@link SpiPeripheral}. The simulator's firmware has no SPI, so the
 * program replaces the two SPI functions with ones that send messages over its socket. This is the other end of that
 * socket. Transfers take as long as on a chip.
 */
export class SpiWire {
    /** What the program did to its hardware, in order. */
    readonly events: HardwareEvent[] = []
    /** Called when the program sets a pin. */
    onPin: (gpio: number, mode: number, now: number) => void = () => {}
    /** Called when a transfer begins, with the time in microseconds. The line can still be changed then. */
    onTransfer: (now: number, bytes: number) => void = () => {}
    peripheral: Pick<SpiPeripheral, "configure" | "transfer"> | undefined
    /** From the end of a transfer until the program continues, in ms. */
    wakeUpMs = 0.2
    private socket: WireSocket | undefined
    /** Messages for a program that has not connected yet. */
    private readonly unsent: Buffer[] = []
    private waiting: ((result: unknown) => void) | undefined

    /** @param wake makes the firmware run its main loop, as the end of a transfer does on a chip */
    constructor(
        private readonly clock: Clock,
        private readonly wake: () => void,
    ) {}

    /** Replaces Node's `net` in the VM. */
    readonly net = {
        createConnection: () => {
            const socket = new WireSocket(message => this.receive(message))
            this.clock.setTimeout(() => {
                socket.emit("connect")
                this.socket = socket
                for (const message of this.unsent.splice(0)) socket.emit("data", message)
            }, 0)
            return socket
        },
    }

    /** Forgets a program that has stopped. */
    disconnect(): void {
        this.socket = undefined
    }

    /** Gives the program a command and waits for its answer. */
    command<T>(command: object): Promise<T> {
        return new Promise(resolve => {
            this.waiting = resolve as (result: unknown) => void
            this.send(COMMAND, Buffer.from(JSON.stringify(command)))
        })
    }

    private send(kind: number, payload: Uint8Array): void {
        const message = Buffer.concat([Uint8Array.of(kind), payload])
        this.clock.setTimeout(() => {
            if (this.socket) {
                this.socket.emit("data", message)
                this.wake()
            } else this.unsent.push(message)
        }, 0)
    }

    private receive(message: Buffer): void {
        const payload = message.subarray(1)
        const time = this.clock.now()
        switch (message[0]) {
            case CONFIGURE: {
                const [miso, mosi, sck, mode, hz] = [0, 4, 8, 12, 16].map(at => payload.readInt32LE(at))
                const config = { miso: miso!, mosi: mosi!, sck: sck!, mode: mode!, hz: hz! }
                this.events.push({ kind: "configure", config, time })
                this.peripheral?.configure(config, time * 1000)
                break
            }
            case PIN: {
                const [gpio, mode] = payload
                this.events.push({ kind: "pin", gpio: gpio!, mode: mode!, time })
                this.onPin(gpio!, mode!, time * 1000)
                break
            }
            case TRANSFER:
                this.events.push({ kind: "transfer", sent: Uint8Array.from(payload), time })
                this.transfer(payload, time * 1000)
                break
            case RESULT:
                this.waiting?.(JSON.parse(payload.toString()))
                break
        }
    }

    private transfer(sent: Uint8Array, now: number): void {
        try {
            if (!this.peripheral) throw new SpiError("SPI busy", -1)
            this.onTransfer(now, sent.length)
            const { samples, endsAt } = this.peripheral.transfer(sent, now)
            const duration = (endsAt - now) / 1000 + this.wakeUpMs
            this.clock.setTimeout(() => this.send(TRANSFER, samples), duration)
        } catch (error) {
            if (!(error instanceof SpiError)) throw error
            this.send(FAILURE, Buffer.from(error.message))
        }
    }
}
