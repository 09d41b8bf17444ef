import type { Clock } from "../clock"
import { onCharacters } from "../line/characters"
import { characterMs, type SerialLine } from "../line/serial-line"
import { endOf, type Transmission } from "../line/wire"
import { Adapter } from "./adapter"
import type { PinLine } from "./peripheral"
import { type Level, Signal } from "./signal"
import { receive, transmit } from "./uart"

const IDLE: Level = { at: () => true, next: () => Number.POSITIVE_INFINITY }

/** How long the adapter's driver stays on after TXD was last low, in microseconds. */
const HOLD_US = 0

/** Silence that ends a frame, in characters. */
const PAUSE = 1.5

/**
 * An RS485 adapter that connects a bit-level simulation of its pins to a line that works in characters. It decodes TXD like
 * a UART, and draws the characters from the line on RXD. Times are in microseconds since its construction.
 */
export class SerialPins implements PinLine {
    readonly txd = new Signal()
    /** The controller's DE pin, for an adapter that has one. */
    readonly de = new Signal(false)
    private readonly adapter: Adapter
    private readonly bitUs: number
    private readonly characterUs: number
    private readonly epoch: number
    private transmissions: Transmission[] = []
    private drawn: Level = IDLE

    /** @param withDe the adapter sends while DE is high; otherwise it detects the direction itself */
    constructor(
        private readonly clock: Clock,
        private readonly serial: SerialLine,
        withDe: boolean,
    ) {
        this.bitUs = 1e6 / serial.settings.baudRate
        this.characterUs = characterMs(serial.settings) * 1000
        this.epoch = clock.now()
        const direction = withDe
            ? ({ kind: "de-pin" } as const)
            : ({ kind: "automatic", holdUs: HOLD_US } as const)
        this.adapter = new Adapter({ direction, echo: false }, this.txd, this.de)
        onCharacters(serial, clock, transmission => this.transmissions.push(transmission))
    }

    get now(): number {
        return (this.clock.now() - this.epoch) * 1000
    }

    /** Sends to the line the characters on TXD between `from` and `to`, each frame at the time of its first character. */
    send(from: number, to: number): void {
        const { format, bitUs, characterUs } = this
        let frame: number[] = []
        let end = 0
        const finish = () => {
            const bytes = Uint8Array.from(frame)
            const start = end - bytes.length * characterUs
            if (bytes.length > 0)
                this.clock.setTimeout(() => this.serial.send(bytes), (start - this.now) / 1000)
            frame = []
        }
        const middleOfStop = format.parity ? 10.5 : 9.5
        for (const { value, time, framingError, parityError } of receive(
            this.adapter.bus,
            format,
            from,
            to,
        )) {
            const start = time - middleOfStop * bitUs
            if (framingError || parityError) continue
            if (start > end + PAUSE * characterUs) finish()
            frame.push(value)
            end = start + characterUs
        }
        finish()
    }

    private get format() {
        const { baudRate: baud, parity, stopBits } = this.serial.settings
        return { baud, parity, stopBits }
    }

    get rxd(): Level {
        return this.adapter.rxd(this.drawn)
    }

    /** Draws the transmissions from the line on RXD. */
    advance(): void {
        const signals = this.transmissions.map(transmission => this.draw(transmission))
        this.drawn = signals.length === 1 ? signals[0]! : all(signals)
    }

    forget(time: number): void {
        this.txd.forget(time)
        this.de.forget(time)
        const before = this.epoch + time / 1000
        this.transmissions = this.transmissions.filter(transmission => endOf(transmission) > before)
    }

    private draw({ bytes, start, pitchMs, characterMs }: Transmission): Signal {
        const signal = new Signal()
        const gap = Math.max(0, (pitchMs - characterMs) * 1000)
        transmit(signal, bytes, this.format, (start - this.epoch) * 1000, { gap })
        return signal
    }
}

/** Low while any of the levels is low. */
function all(levels: readonly Level[]): Level {
    if (levels.length === 0) return IDLE
    return {
        at: time => levels.every(level => level.at(time)),
        next: time => Math.min(...levels.map(level => level.next(time))),
    }
}
