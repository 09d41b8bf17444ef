import type { Clock } from "../clock"
import { type Random, randomInteger } from "../random"
import type { ConnectionToxic } from "./toxic"

/** Data of one direction that arrived together. */
export interface Chunk {
    readonly data: Buffer
    /** When it arrived, in ms of the clock. */
    readonly at: number
}

/** What travels through a link: data, the end of one direction, or the end of the whole connection. */
export type Item = Chunk | "end" | "close"

/** The environment of a stage. */
export interface StageContext {
    readonly clock: Clock
    readonly random: Random
    /** Sends an item on towards the destination. */
    emit(item: Item): void
    /** Waits. Resolves to false if the toxic was removed or the connection lost meanwhile. */
    sleep(ms: number): Promise<boolean>
    /** Resets the connection on both sides. */
    reset(): void
}

/** A toxic active on one direction of one connection. It gets one item at a time. */
export interface Stage {
    /** Takes data and emits the result. */
    pass(chunk: Chunk): Promise<void> | void
    /** Delays the end of the data. */
    end?(): Promise<unknown>
    /** Called when the toxic is removed. */
    removed?(): void
}

/** Duration of one slice of limited bandwidth, in ms. */
const BANDWIDTH_SLICE = 100

export function createStage(toxic: ConnectionToxic, context: StageContext): Stage {
    switch (toxic.type) {
        case "latency":
            return latency(toxic.latency, toxic.jitter ?? 0, context)
        case "bandwidth":
            return bandwidth(toxic.rate, context)
        case "slow_close":
            return { pass: context.emit, end: () => context.sleep(toxic.delay) }
        case "timeout":
            return timeout(toxic.timeout, context)
        case "reset_peer":
            return resetPeer(toxic.timeout, context)
        case "slicer":
            return slicer(toxic.averageSize, toxic.sizeVariation ?? 0, toxic.delay ?? 0, context)
        case "limit_data":
            return limitData(toxic.bytes, context)
    }
}

function latency(mean: number, jitter: number, { clock, random, emit, sleep }: StageContext): Stage {
    return {
        async pass({ data, at }) {
            const delay = mean + randomInteger(random, -jitter, jitter)
            await sleep(at + delay - clock.now())
            emit({ data, at: clock.now() })
        },
    }
}

function bandwidth(rate: number, { emit, sleep }: StageContext): Stage {
    const sliceSize = Math.max(1, Math.floor(rate * BANDWIDTH_SLICE))
    return {
        async pass({ data, at }) {
            for (let sent = 0; sent < data.length; sent += sliceSize) {
                const slice = data.subarray(sent, sent + sliceSize)
                await sleep(slice.length / rate)
                emit({ data: slice, at })
            }
        },
    }
}

function timeout(silence: number, { emit, sleep }: StageContext): Stage {
    let waits = 0
    const watch = async () => {
        const wait = ++waits
        if (silence > 0 && (await sleep(silence)) && wait === waits) emit("close")
    }
    watch()
    return {
        // Data is dropped, and as in Toxiproxy it restarts the time.
        pass() {
            watch()
        },
        removed: () => emit("close"),
    }
}

function resetPeer(delay: number, { sleep, reset }: StageContext): Stage {
    const act = async () => {
        if (await sleep(delay)) reset()
    }
    return { pass: act, end: act }
}

function slicer(average: number, variation: number, delay: number, context: StageContext): Stage {
    return {
        async pass({ data, at }) {
            let from = 0
            for (const size of sliceSizes(data.length, average, variation, context.random)) {
                context.emit({ data: data.subarray(from, from + size), at })
                from += size
                if (delay > 0) await context.sleep(delay)
            }
        },
    }
}

/** Splits a length near the middle, again and again, until the parts are close to the average. */
function sliceSizes(length: number, average: number, variation: number, random: Random): number[] {
    if (length - average <= variation) return [length]
    const middle = Math.floor(length / 2) + randomInteger(random, -variation, variation)
    const first = Math.min(length - 1, Math.max(1, middle))
    return [first, length - first].flatMap(part => sliceSizes(part, average, variation, random))
}

function limitData(limit: number, { emit }: StageContext): Stage {
    let left = limit
    return {
        pass({ data, at }) {
            if (left > 0) emit({ data: data.subarray(0, left), at })
            left -= data.length
            if (left <= 0) emit("close")
        },
    }
}
