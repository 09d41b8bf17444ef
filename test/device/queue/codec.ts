import * as ds from "@devicescript/core"
import type { Meter, Reading } from "../../../src/line/meters/profile"
import type { BlockHeader } from "../../../src/queue/codec/block"
import { BlockCoder } from "../../../src/queue/codec/coder"

export const HEADER: BlockHeader = {
    boot: 3,
    first: 1000,
    level: 0,
    span: 0,
    wallOffset: undefined,
    at: 0,
    period: 1000,
}

/** Encodes as many of the readings as fit into a block. @returns the coder, with its block sealed */
export async function encode(
    readings: Reading[],
    meters: Meter[],
    header: BlockHeader,
    tolerance = 0,
): Promise<BlockCoder> {
    const encoder = new BlockCoder(meters, Buffer.alloc(224), header, tolerance)
    for (const reading of readings) {
        if (!encoder.append(reading)) break
        await ds.sleep(1)
    }
    encoder.seal()
    return encoder
}

/** Readings as text, to compare them. */
export function textOf(readings: Reading[]): string {
    return readings.map(r => r.meter.name + "@" + r.at + ":" + r.values.join(",")).join(" ")
}

export async function decode(block: Buffer, count: number, meters: Meter[]): Promise<Reading[]> {
    const decoder = new BlockCoder(meters, block)
    const readings: Reading[] = []
    for (let i = 0; i < count; i++) {
        readings.push(decoder.next())
        await ds.sleep(1)
    }
    return readings
}

/** Bytes of a block that are in use. */
export function usedBytes(block: Buffer): number {
    let used = block.length
    while (used > 0 && block[used - 1] === 0) used--
    return used
}
