import { type Random, seededRandom } from "../random"
import type { Level, Signal } from "./signal"

/** Settings of a UART. Characters have 8 data bits, least significant first. */
export interface UartFormat {
    /** Actual bit rate of its clock, in bit/s. */
    baud: number
    stopBits?: number
    parity?: "none" | "even" | "odd"
}

/** Delays of a transmitter's edges, in microseconds: opto-isolators switch more slowly in one direction. */
export interface EdgeDelay {
    rising: number
    falling: number
    /** Largest random deviation from these delays, either way. */
    jitter: number
}

export interface Received {
    value: number
    /** The middle of its stop bit, in microseconds. */
    time: number
    framingError: boolean
    parityError: boolean
}

function isOdd(value: number): boolean {
    let ones = 0
    for (let v = value; v > 0; v >>= 1) ones += v & 1
    return ones % 2 === 1
}

/**
 * Sends characters. The transmitter's own clock determines when each bit starts.
 *
 * @param start when the first start bit begins
 * @param gap idle time between characters
 * @returns when the last stop bit ends
 */
export function transmit(
    line: Signal,
    characters: Iterable<number>,
    format: UartFormat,
    start: number,
    options: { gap?: number; delay?: EdgeDelay; random?: Random } = {},
): number {
    const { gap = 0, delay = { rising: 0, falling: 0, jitter: 0 }, random = seededRandom(1) } = options
    const bit = 1e6 / format.baud
    let time = start
    const send = (level: boolean) => {
        const jitter = (2 * random() - 1) * delay.jitter
        line.set(time + (level ? delay.rising : delay.falling) + jitter, level)
        time += bit
    }
    for (const character of characters) {
        send(false)
        for (let i = 0; i < 8; i++) send(((character >> i) & 1) === 1)
        if (format.parity === "even") send(isOdd(character))
        if (format.parity === "odd") send(!isOdd(character))
        send(true)
        time += bit * ((format.stopBits ?? 1) - 1) + gap
    }
    return time
}

/**
 * A receiver as built in silicon: samples the line sixteen times per bit, and decides each bit by a majority of its three
 * middle samples.
 *
 * @param to stops looking for a start bit here
 * @param phase offset of the receiver's clock ticks, as a fraction of their period
 */
export function receive(line: Level, format: UartFormat, from: number, to: number, phase = 0): Received[] {
    const tick = 1e6 / format.baud / 16
    const received: Received[] = []
    const bits = format.parity && format.parity !== "none" ? 10 : 9
    const look = (n: number) => line.at(from + (n + phase) * tick)
    const vote = (n: number) => Number(look(n - 1)) + Number(look(n)) + Number(look(n + 1)) >= 2
    const end = Math.floor((to - from) / tick)
    let wasHigh = look(0)
    for (let n = 1; n < end; n++) {
        const high = look(n)
        const falls = wasHigh && !high
        wasHigh = high
        if (!falls) {
            if (high) {
                const change = line.next(from + (n + phase) * tick)
                n = Math.max(n, Math.floor(Math.min(end, (change - from) / tick - 2)))
            }
            continue
        }
        if (vote(n + 7)) continue
        let value = 0
        for (let bit = 1; bit <= 8; bit++) if (vote(n + 7 + 16 * bit)) value |= 1 << (bit - 1)
        const parityBit = bits === 10 ? vote(n + 7 + 16 * 9) : undefined
        n += 7 + 16 * bits
        const stop = vote(n)
        received.push({
            value,
            time: from + (n + phase) * tick,
            framingError: !stop,
            parityError:
                parityBit !== undefined && parityBit !== (isOdd(value) !== (format.parity === "odd")),
        })
        wasHigh = stop
    }
    return received
}
