import * as ds from "@devicescript/core"
import { characterMs, type LineSettings } from "./line-settings"
import { type Port, PortError } from "./port"

/** Longest payload of a Jacdac packet in bytes; the platform cuts off the rest. */
const MAX_PAYLOAD = 236

/** Longest answer kept, in bytes: twice a Modbus frame, to leave room for an echo and noise. */
const BUFFER_SIZE = 512

/** How long a service can take to appear, in ms. The platform looks for one about once a second. */
const BIND_MS = 5000
const BIND_STEP_MS = 50

/** How long a packet can wait for the bus, in ms. The platform sends 50 a second. */
const PACKET_MS = 1000

/** Code of the service's report `received`. */
const RECEIVED = 0x80

/** A serial line behind a Jacdac `serial` service: the simulator's virtual line, or a Jacdac module. */
export class JacdacSerial implements Port {
    readonly name = "jacdac-serial"
    private readonly role: ds.Serial
    private readonly bytes = Buffer.alloc(BUFFER_SIZE)
    private length = 0
    /** The fiber that waits for bytes. */
    private reader: ds.Fiber | undefined = undefined

    constructor(private readonly settings: LineSettings) {
        this.role = new ds.Serial()
        // While its handler is busy, an emitter keeps only the last value. This handler never waits and runs after every
        // packet, so none is lost.
        this.role.report().subscribe(this.receive)
    }

    async open(): Promise<void> {
        const { baud, parity, stopBits } = this.settings
        const role = this.role
        const deadline = ds.millis() + BIND_MS
        while (!role.isBound && ds.millis() < deadline) await ds.sleep(BIND_STEP_MS)
        await this.inTime(async () => await role.baudRate.write(baud))
        await this.inTime(async () => await role.dataBits.write(8))
        await this.inTime(async () => await role.stopBits.write(stopBits))
        let mode = ds.SerialParityType.None
        if (parity) mode = parity === "even" ? ds.SerialParityType.Even : ds.SerialParityType.Odd
        await this.inTime(async () => await role.parityMode.write(mode))
        await this.inTime(async () => await role.enabled.write(true))
        let actual: number | undefined
        await this.inTime(async () => {
            actual = await role.baudRate.read()
        })
        if (actual !== baud) {
            const cause = "the serial service stays at " + actual + " bit/s"
            throw new PortError(this.name, cause, "set line and meters to that speed")
        }
    }

    async exchange(
        request: Buffer,
        timeoutMs: number,
        complete: (received: Buffer) => boolean,
    ): Promise<Buffer> {
        this.length = 0
        for (let at = 0; at < request.length; at += MAX_PAYLOAD) await this.sendPiece(request, at)
        const wireMs = Math.ceil(characterMs(this.settings) * request.length)
        const deadline = ds.millis() + wireMs + timeoutMs
        let received = this.received()
        while (!complete(received) && ds.millis() < deadline) {
            await this.hear(deadline - ds.millis())
            received = this.received()
        }
        this.length = 0
        return received
    }

    async drain(silenceMs: number, limitMs: number): Promise<number> {
        const deadline = ds.millis() + limitMs
        let drained = 0
        for (;;) {
            drained += this.length
            this.length = 0
            const leftMs = Math.min(silenceMs, deadline - ds.millis())
            if (leftMs <= 0 || !(await this.hear(leftMs))) return drained
        }
    }

    private async sendPiece(request: Buffer, at: number): Promise<void> {
        const role = this.role
        const piece = request.slice(at, Math.min(at + MAX_PAYLOAD, request.length))
        await this.inTime(async () => await role.send(piece))
    }

    private received(): Buffer {
        return this.bytes.slice(0, this.length)
    }

    /** Waits for more bytes, and returns whether any came. */
    private async hear(ms: number): Promise<boolean> {
        const before = this.length
        this.reader = ds.Fiber.self()
        await ds.suspend(ms)
        this.reader = undefined
        return this.length > before
    }

    /** Takes a packet. The platform calls it in the order of arrival. Bytes that do not fit are lost. */
    private receive(packet: ds.Packet) {
        if (packet.serviceCommand !== RECEIVED) return
        this.bytes.blitAt(this.length, packet.payload, 0, packet.payload.length)
        this.length = Math.min(this.length + packet.payload.length, BUFFER_SIZE)
        const reader = this.reader
        this.reader = undefined
        if (reader) reader.resume(undefined)
    }

    /**
     * Awaits one packet to or from the service for at most a second: without a service the platform waits forever.
     *
     * A late packet, above all a write, must not go out when the service comes back, so its fiber is terminated. That is
     * safe for a fiber blocked in the platform's own packet queue, which drops the packet with the fiber.
     */
    private async inTime(packet: () => Promise<void>): Promise<void> {
        if (!this.role.isBound) {
            const cure = "start the virtual line (npm start) or connect a Jacdac serial module"
            throw new PortError(this.name, "no serial service found", cure)
        }
        const caller = ds.Fiber.self()
        let done = false
        let failure: Error | undefined
        const run = async () => {
            try {
                await packet()
            } catch (e) {
                failure = e as Error
            }
            done = true
            if (caller.suspended) caller.resume(undefined)
        }
        const fiber = run.start()
        await ds.suspend(PACKET_MS)
        if (!done) {
            fiber.terminate()
            throw new PortError(this.name, "the serial service does not answer", "check its device")
        }
        if (failure) throw failure
    }
}
