import { type Random, seededRandom } from "../random"
import type { Level, Signal } from "./signal"

/** Settings of a UART. Characters have 8 data bits, least significant first. */
export interface UartFormat {
    /** bit/s that its clock really gives */
    baud: number
    stopBits?: number
    parity?: "none" | "even" | "odd"
}

/** How a transmitter's edges differ from ideal ones, in microseconds: opto-isolators switch slower one way. */
export interface EdgeDelay {
    rising: number
    falling: number
    /** Largest random difference from that, both ways. */
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
 * Sends characters: each bit has its own start on the time axis, from the transmitter's own clock.
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
 * A receiver as it is built in silicon: it looks at the line sixteen times a bit, takes the middle three looks of
 * each bit and goes by their majority.
 *
 * @param to where to stop looking for a start bit
 * @param phase when the receiver's clock ticks, as a part of its period
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
