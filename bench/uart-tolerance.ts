import { type Random, seededRandom } from "../sim/random"
import { Line } from "../sim/spi/line"
import type { ServedUart } from "../sim/spi/served-uart"
import { Signal } from "../sim/spi/signal"
import { receive, transmit } from "../sim/spi/uart"

/** Differences in bit rate, in percent, within which every frame came through. */
export type Tolerance = [low: number, high: number]

/** Delay of edges, as a fraction of a bit. */
export interface Skew {
    rising: number
    falling: number
}

const BAUD = 9600
const STEP_PERCENT = 0.1
const FRAMES = 140
const FRAME_LENGTH = 25
const FRAMES_PER_TRANSFER = 7

function randomBytes(random: Random, length: number): Uint8Array {
    return Uint8Array.from({ length }, () => Math.floor(random() * 256))
}

/** Moves away from 0 in both directions until something fails. */
async function rangeOf(works: (percent: number) => Promise<boolean>): Promise<Tolerance> {
    const limit = async (direction: number) => {
        let steps = 10
        while (await works(direction * (steps + 1) * STEP_PERCENT)) steps++
        return (direction * Math.round(steps * STEP_PERCENT * 10)) / 10
    }
    return [await limit(-1), await limit(1)]
}

/**
 * How much faster or slower than 9600 bit/s a sender can be for the port to receive everything. It sends frames of 25
 * random characters without a pause, at random times relative to the samples. Their edges are drawn on a time axis, not
 * by the encoder.
 */
export async function receiveTolerance(uart: ServedUart, skew: Skew): Promise<Tolerance> {
    const random = seededRandom(11)
    const line = new Line({
        adapter: { direction: { kind: "automatic", holdUs: 0 }, echo: false },
        slaves: [],
        random,
    })
    await uart.open(line, { baud: BAUD, stopBits: 1 })
    const bit = 1e6 / BAUD
    const delay = { rising: skew.rising * bit, falling: skew.falling * bit, jitter: 0.02 * bit }
    return rangeOf(async percent => {
        const format = { baud: BAUD * (1 + percent / 100) }
        for (let frame = 0; frame < FRAMES; frame += FRAMES_PER_TRANSFER) {
            const bytes = randomBytes(random, FRAME_LENGTH * FRAMES_PER_TRANSFER)
            uart.board.wire.onTransfer = now => {
                const start = now + 22_000 + random() * 1000
                const edges = skew.rising || skew.falling ? delay : undefined
                transmit(line.others, bytes, format, start, { delay: edges, random })
            }
            const received = await uart.exchange(Uint8Array.of(1))
            if (Buffer.compare(received, bytes) !== 0) return false
        }
        return true
    })
}

/**
 * How much faster or slower than 9600 bit/s a meter's receiver can be when the port sends random characters. The receiver
 * samples the line 16 times per bit, its clock at a random phase.
 */
export async function transmitTolerance(uart: ServedUart): Promise<Tolerance> {
    const random = seededRandom(12)
    const line = new Line({
        adapter: { direction: { kind: "automatic", holdUs: 0 }, echo: false },
        slaves: [],
        random,
    })
    await uart.open(line, { baud: BAUD, stopBits: 1 })
    const sent: { bytes: Uint8Array; signal: Signal }[] = []
    for (let frame = 0; frame < FRAMES / 5; frame++) {
        const bytes = randomBytes(random, 5 * FRAME_LENGTH)
        await uart.exchange(bytes, { timeoutMs: 10 })
        const transfer = uart.board.wire.events.findLast(event => event.kind === "transfer")
        if (transfer?.kind !== "transfer") throw new Error("The port has sent nothing")
        sent.push({ bytes, signal: waveform(transfer.sent, 78_125) })
    }
    return rangeOf(async percent => {
        const format = { baud: BAUD * (1 + percent / 100) }
        return sent.every(({ bytes, signal }) => {
            const heard = receive(signal, format, -1000, signal.lastTime + 2000, random())
            return (
                heard.every(c => !c.framingError) &&
                Buffer.compare(
                    Uint8Array.from(heard, c => c.value),
                    bytes,
                ) === 0
            )
        })
    })
}

/** The level on MOSI while bytes are shifted out, from time 0 on. */
function waveform(bytes: Uint8Array, clock: number): Signal {
    const signal = new Signal()
    const bit = 1e6 / clock
    for (let i = 0; i < bytes.length * 8; i++) {
        signal.set(i * bit, ((bytes[i >> 3]! >> (7 - (i & 7))) & 1) === 1)
    }
    return signal
}
