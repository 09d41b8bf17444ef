import { type Random, randomInteger, seededRandom } from "../sim/random"
import type { SpiPeripheral } from "../sim/spi/peripheral"

/** What a line can show in the time for an answer: the level of each sample. */
export interface Window {
    readonly name: string
    readonly level: (sample: number) => boolean
}

/** Samples in a bit at 9600 bit/s. */
const BIT = 78_125 / 9600

/** Consecutive characters, one every `period` samples. */
function characters(name: string, period: number, phase: number, ones: number): Window {
    return {
        name,
        level: sample => {
            const position = sample - phase
            if (position < 0) return true
            const bit = Math.floor((position % period) / BIT)
            return bit > 8 || (bit > 0 && ((ones >> (bit - 1)) & 1) === 1)
        },
    }
}

/** The name of the window that a meter usually gives. */
export const ANSWER = "an answer of 25 characters"

/** One answer of 25 characters, 35 ms after the request, as a PZEM sends it. */
function answer(random: Random): Window {
    const begin = Math.round(35 * 78.125)
    const bytes = Array.from({ length: 25 }, () => randomInteger(random, 0, 255))
    return {
        name: ANSWER,
        level: sample => {
            const position = sample - begin
            const character = bytes[Math.floor(position / (10 * BIT))]
            if (position < 0 || character === undefined) return true
            const bit = Math.floor((position / BIT) % 10)
            return bit > 8 || (bit > 0 && ((character >> (bit - 1)) & 1) === 1)
        },
    }
}

function noise(name: string, random: Random, lowPart: number): Window {
    const levels = Array.from({ length: 40_000 }, () => random() >= lowPart)
    return { name, level: sample => levels[sample]! }
}

/**
 * Windows that are each hard in their own way. A period of 78 samples is the shortest at which characters can still be
 * told apart. At 80 and 88 every character begins at the same sample of a byte; two of these eight positions are costly.
 * With the other periods the position wanders through all eight.
 */
export function windows(): Window[] {
    const random = seededRandom(7)
    const stream = (period: number, phase: number) =>
        characters(
            `characters without a pause, ${period.toFixed(1)} samples each, from sample ${phase} on`,
            period,
            phase,
            0x55,
        )
    const streams = [
        ...[78, 79, 10 * BIT, 82].map(period => stream(period, 0)),
        ...[80, 88].flatMap(period => [0, 1, 2, 3, 4, 5, 6, 7].map(phase => stream(period, phase))),
    ]
    return [
        { name: "silence", level: () => true },
        { name: "stuck low", level: () => false },
        answer(random),
        ...streams,
        noise("noise, 1 sample in 1000 low", random, 0.001),
        noise("noise, 1 sample in 100 low", random, 0.01),
        noise("noise, 1 sample in 10 low", random, 0.1),
        noise("noise, half the samples low", random, 0.5),
        { name: "pulses of 3 samples, too short for start bits", level: sample => sample % 7 > 2 },
        { name: "characters without stop bits", level: sample => sample % 90 > 85 },
    ]
}

/** A peripheral that receives this window in every transfer, from byte `from` on. */
export function showing(window: Window, from: number): Pick<SpiPeripheral, "configure" | "transfer"> {
    return {
        configure() {},
        transfer(tx, now) {
            const samples = new Uint8Array(tx.length).fill(0xff)
            for (let i = 0; i < (tx.length - from) * 8; i++) {
                if (!window.level(i)) samples[from + (i >> 3)]! &= ~(0x80 >> (i & 7))
            }
            return { samples, endsAt: now + tx.length * 102.4 }
        },
    }
}
