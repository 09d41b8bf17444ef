import * as ds from "@devicescript/core"
import { characterMs, type LineSettings } from "./line-settings"
import { type Port, PortError } from "./port"

/** Longest payload of a Jacdac packet; the platform cuts off what is beyond. */
const MAX_PAYLOAD = 236

/** Longest answer that is kept: twice a Modbus frame, so that an echo and noise have room. */
const BUFFER_SIZE = 512

/** How long a service may take to appear. The platform looks for one about once a second. */
const BIND_MS = 5000
const BIND_STEP_MS = 50

/** How long one packet may wait for the bus. The platform sends 50 a second. */
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
        // An emitter keeps only the last of the values that come while its handler is busy. This handler never waits
        // and is run after every packet, so none is lost.
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
            throw new PortError(this.name, cause, "set line and meters to that")
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

    /** Waits for more bytes, and says whether some came. */
    private async hear(ms: number): Promise<boolean> {
        const before = this.length
        this.reader = ds.Fiber.self()
        await ds.suspend(ms)
        this.reader = undefined
        return this.length > before
    }

    /** Takes a packet; the platform calls it in the order of arrival. What does not fit is lost. */
    private receive(packet: ds.Packet) {
        if (packet.serviceCommand !== RECEIVED) return
        this.bytes.blitAt(this.length, packet.payload, 0, packet.payload.length)
        this.length = Math.min(this.length + packet.payload.length, BUFFER_SIZE)
        const reader = this.reader
        this.reader = undefined
        if (reader) reader.resume(undefined)
    }

    /**
     * Awaits one packet to or from the service, for a second at most: without a service the platform waits for ever.
     *
     * The late packet must not go out when the service comes back, a write above all, so its fiber is terminated.
     * That is safe where the fiber is blocked in the platform's own packet queue, which forgets the packet with it.
     */
    private async inTime(packet: () => Promise<void>): Promise<void> {
        if (!this.role.isBound) {
            const cure = "start the virtual line (npm start) or connect a Jacdac serial module"
            throw new PortError(this.name, "no serial service is there", cure)
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
            throw new PortError(this.name, "the serial service does not answer", "look after its device")
        }
        if (failure) throw failure
    }
}
