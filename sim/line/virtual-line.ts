import { EventEmitter } from "node:events"
import type { Clock, Timer } from "../clock"
import type { Slave } from "../meter/slave"
import { type Random, seededRandom } from "../random"
import { FaultPlan } from "./fault-plan"
import type { Burst, FaultName } from "./faults"
import {
    characterMs,
    DEFAULT_SETTINGS,
    type LineSettings,
    type SerialLine,
    type Unsubscribe,
} from "./serial-line"
import { collide, endOf, type Transmission } from "./wire"

export interface VirtualLineOptions {
    readonly clock: Clock
    readonly slaves?: readonly Slave[]
    /** 9600 8N1 when left out. */
    readonly settings?: LineSettings
    readonly name?: string
    /** Seed of the collisions and faults, so that they can be repeated. */
    readonly seed?: number
}

/** Silence that ends a frame, in characters. */
const FRAME_SILENCE = 3.5

/** The client's UART delivers 64 bytes at once, or fewer after 4 characters of silence, like an SC16IS7xx. */
const FIFO_BYTES = 64
const FIFO_SILENCE = 4

/** What the client sends until the next silence. */
interface Outgoing {
    readonly parts: Transmission[]
    readonly faults: ReadonlySet<FaultName>
    /** Something else was on the line without a silence in between, so no server can tell where the frame begins. */
    spoiled: boolean
    end: number
    timer: Timer | undefined
}

/**
 * An RS485 line with servers on it: every byte takes its time on the wire, 3.5 characters of silence end a frame, and those
 * who send at the same time garble each other. Other faults are activated in {@link faults}.
 */
export class VirtualLine implements SerialLine {
    readonly name: string
    readonly settings: LineSettings
    readonly faults: FaultPlan
    private readonly clock: Clock
    private readonly slaves: Set<Slave>
    private readonly random: Random
    private readonly characterMs: number
    private readonly listeners = new EventEmitter<{ data: [Uint8Array]; transmission: [Transmission] }>()
    private onWire: Transmission[] = []
    private outgoing: Outgoing | undefined
    /** When the last server stopped sending. */
    private quietSince = Number.NEGATIVE_INFINITY
    private closed = false

    constructor(options: VirtualLineOptions) {
        const { clock, slaves = [], settings = DEFAULT_SETTINGS, name = "virtual line", seed = 1 } = options
        this.clock = clock
        this.slaves = new Set(slaves)
        this.settings = settings
        this.name = name
        this.random = seededRandom(seed)
        this.faults = new FaultPlan(seed)
        this.characterMs = characterMs(settings)
        // Several programs can use the line, one after the other.
        this.listeners.setMaxListeners(0)
    }

    attach(slave: Slave): void {
        this.slaves.add(slave)
    }

    detach(slave: Slave): void {
        this.slaves.delete(slave)
    }

    send(bytes: Uint8Array): void {
        if (bytes.length === 0 || this.closed) return
        const now = this.clock.now()
        this.outgoing ??= {
            parts: [],
            faults: this.faults.draw(bytes[0]!),
            spoiled: now < this.quietSince + this.silenceMs,
            end: now,
            timer: undefined,
        }
        const outgoing = this.outgoing
        const part = this.transmit(bytes, Math.max(now, outgoing.end), 0)
        outgoing.parts.push(part)
        outgoing.end = endOf(part)
        if (outgoing.faults.has("echo")) this.hear(part)
        this.clock.clearTimeout(outgoing.timer)
        outgoing.timer = this.at(outgoing.end + this.silenceMs, () => this.ask(outgoing))
    }

    onData(listener: (bytes: Uint8Array) => void): Unsubscribe {
        this.listeners.on("data", listener)
        return () => this.listeners.off("data", listener)
    }

    onTransmission(listener: (transmission: Transmission) => void): Unsubscribe {
        this.listeners.on("transmission", listener)
        return () => this.listeners.off("transmission", listener)
    }

    /** A virtual line is never lost. */
    onLost(): Unsubscribe {
        return () => {}
    }

    async close(): Promise<void> {
        this.closed = true
        this.clock.clearTimeout(this.outgoing?.timer)
        this.listeners.removeAllListeners()
    }

    private get silenceMs(): number {
        return FRAME_SILENCE * this.characterMs
    }

    /** Called when the client is silent: the servers have its frame and can answer. */
    private ask(outgoing: Outgoing): void {
        this.outgoing = undefined
        if (outgoing.spoiled) return
        const frame = Uint8Array.from(outgoing.parts.flatMap(({ bytes }) => [...bytes]))
        const answers = [...this.slaves].flatMap<Burst>(sender => {
            const answer = sender.receive(frame)
            const all = answer ? [answer, ...(answer.more ?? [])] : []
            return all.map(({ bytes, latencyMs }) => ({ bytes, startMs: latencyMs, gapMs: 0, sender }))
        })
        for (const burst of this.faults.spoil(outgoing.faults, answers, frame, this.characterMs)) {
            this.at(outgoing.end + burst.startMs, () => this.answer(burst))
        }
    }

    private answer({ bytes, gapMs }: Burst): void {
        const transmission = this.transmit(bytes, this.clock.now(), gapMs)
        this.quietSince = Math.max(this.quietSince, endOf(transmission))
        if (this.outgoing) this.outgoing.spoiled = true
        this.hear(transmission)
    }

    private transmit(bytes: Uint8Array, start: number, gapMs: number): Transmission {
        const { characterMs } = this
        const transmission = { bytes: bytes.slice(), start, pitchMs: characterMs + gapMs, characterMs }
        const now = this.clock.now()
        this.onWire = this.onWire.filter(other => endOf(other) > now)
        for (const other of this.onWire) collide(other, transmission, this.random)
        this.onWire.push(transmission)
        return transmission
    }

    /** Delivers a transmission to the client's UART: full FIFOs at once, the rest after a silence. */
    private hear(transmission: Transmission): void {
        const { bytes, start, pitchMs } = transmission
        this.listeners.emit("transmission", transmission)
        if (this.listeners.listenerCount("data") === 0) return
        const silence = FIFO_SILENCE * this.characterMs
        const piece = pitchMs - this.characterMs < silence ? FIFO_BYTES : 1
        for (let from = 0; from < bytes.length; from += piece) {
            const to = Math.min(from + piece, bytes.length)
            const received = start + (to - 1) * pitchMs + this.characterMs
            const delay = to - from === FIFO_BYTES ? 0 : silence
            this.at(received + delay, () => this.listeners.emit("data", bytes.slice(from, to)))
        }
    }

    private at(time: number, callback: () => void): Timer {
        return this.clock.setTimeout(() => {
            if (!this.closed) callback()
        }, time - this.clock.now())
    }
}
