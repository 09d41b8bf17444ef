import type { Random } from "../random"
import { type Level, Signal } from "./signal"
import { type EdgeDelay, receive, transmit, type UartFormat } from "./uart"

export interface SlaveOptions {
    /** The settings of the line. The server's own clock is off by {@link baudError}. */
    format: UartFormat
    /** Relative error of its clock: 0.04 is 4 % fast. */
    baudError?: number
    /** From the end of a request to the first start bit of the answer, in ms. A function if it varies. */
    latencyMs: number | (() => number)
    /** The answer to what arrived, if any. */
    answer: (request: Uint8Array) => Uint8Array | undefined
    delay?: EdgeDelay
    /** Idle time between the characters of an answer, in microseconds. */
    gapUs?: number
    random?: Random
}

/** Silence that ends a frame, in characters. */
const FRAME_END = 1.5

/** A Modbus server on the bus, with a UART of its own. It hears the others and answers whole frames. */
export class Slave {
    /** The level that it drives onto the bus. */
    readonly output = new Signal()
    /** Everything it heard, answered or not. */
    readonly heard: Uint8Array[] = []
    framingErrors = 0
    private position = 0
    private frame: number[] = []
    private frameEnd = 0

    constructor(private readonly options: SlaveOptions) {}

    /**
     * Listens up to two characters before `to`, and answers.
     *
     * @param bus the bus without this server; must be known up to `to`
     */
    listen(bus: Level, to: number): void {
        const format = { ...this.options.format, baud: this.baud }
        const characterUs = 11e6 / this.baud
        const known = to - 2 * characterUs
        if (known <= this.position) return
        const phase = this.options.random?.() ?? 0
        for (const { value, time, framingError, parityError } of receive(
            bus,
            format,
            this.position,
            known,
            phase,
        )) {
            if (time - this.frameEnd > (1 + FRAME_END) * characterUs) this.endFrame()
            if (framingError || parityError) this.framingErrors++
            else this.frame.push(value)
            this.frameEnd = time
            this.position = time
        }
        if (known - this.frameEnd > (1 + FRAME_END) * characterUs) {
            this.endFrame()
            this.position = known
        }
    }

    /** Whether a frame has begun but not ended. */
    get isReceiving(): boolean {
        return this.frame.length > 0
    }

    private get baud(): number {
        return this.options.format.baud * (1 + (this.options.baudError ?? 0))
    }

    private endFrame(): void {
        if (this.frame.length === 0) return
        const request = Uint8Array.from(this.frame)
        this.frame = []
        this.heard.push(request)
        const { answer, latencyMs, format, delay, gapUs, random } = this.options
        const reply = answer(request)
        if (!reply) return
        const latency = typeof latencyMs === "number" ? latencyMs : latencyMs()
        const halfBit = 0.5e6 / this.baud
        const start = this.frameEnd + halfBit + latency * 1000
        transmit(this.output, reply, { ...format, baud: this.baud }, start, { gap: gapUs, delay, random })
    }
}
