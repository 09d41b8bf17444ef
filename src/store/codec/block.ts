import type { BitReader, BitWriter } from "./bits"
import { crc24 } from "./crc24"

/** This arrangement of a block; another number is another arrangement. */
const VERSION = 1

/** A block begins with three bytes of checksum over all the rest, and a byte with the number of readings. */
const COUNT_AT = 3
/** Behind them, bit by bit, come the header and the readings. */
export const BODY_AT = 4

/** Most readings in one block. */
export const MOST_READINGS = 255

/** Half of the 42 bits of a wall time in ms. */
const HALF_BITS = 21
const HALF = 2097152

/** What a block says of itself. */
export interface BlockHeader {
    /** Counts the starts of the program, modulo 256: times of one boot go together. */
    readonly boot: number
    /** Running number of the first reading. */
    readonly first: number
    /** How often every second reading was taken out. */
    readonly level: number
    /** After thinning: how many readings there had been. At level 0 it is 0, and all are there. */
    readonly span: number
    /** Wall time minus the boot's monotonic time in ms; `undefined` when it was not known. */
    readonly wallOffset: number
    /** Monotonic time of the first reading in ms. */
    readonly at: number
    /** Usual time between two readings of a meter in ms, 1 or more. */
    readonly period: number
}

/** A block is not as it was written, or nothing was ever written there. */
export class DamagedBlock extends Error {
    /** @param sign what shows it */
    constructor(readonly sign: string) {
        super("damaged block of readings: " + sign)
    }
}

/** A block was arranged by another version of the program. */
export class UnknownBlockVersion extends Error {
    constructor(readonly version: number) {
        super("block of readings has version " + version + ", not " + VERSION)
    }
}

/** A block has readings of a meter that is not configured, or no longer with this profile. */
export class UnknownMeter extends Error {
    /** @param address slave address of the meter */
    constructor(readonly address: number) {
        super("readings of an unknown meter, address " + address)
    }
}

/** Writes the number of readings, and the checksum over all but itself. */
export function seal(buffer: Buffer, start: number, size: number, count: number) {
    buffer[start + COUNT_AT] = count
    const crc = crc24(buffer, start + COUNT_AT, start + size)
    buffer[start] = crc >> 16
    buffer[start + 1] = (crc >> 8) & 0xff
    buffer[start + 2] = crc & 0xff
}

/**
 * The number of readings in a sealed block.
 * @throws DamagedBlock
 */
export function checkSeal(buffer: Buffer, start: number, size: number): number {
    const stored = (buffer[start] << 16) | (buffer[start + 1] << 8) | buffer[start + 2]
    if (crc24(buffer, start + COUNT_AT, start + size) !== stored) throw new DamagedBlock("checksum")
    return buffer[start + COUNT_AT]
}

export function writeHeader(writer: BitWriter, header: BlockHeader) {
    const { boot, first, level, span, wallOffset, at, period } = header
    writer.put(VERSION, 3)
    writer.put(level, 4)
    writer.put(boot, 8)
    writer.putFlag(wallOffset !== undefined)
    if (wallOffset !== undefined) {
        writer.put(Math.floor(wallOffset / HALF), HALF_BITS)
        writer.put(wallOffset % HALF, HALF_BITS)
    }
    writer.putSized(first)
    if (level > 0) writer.putSized(span)
    writer.putSized(at)
    writer.putSized(period)
}

/** @throws UnknownBlockVersion */
export function readHeader(reader: BitReader): BlockHeader {
    const version = reader.get(3)
    if (version !== VERSION) throw new UnknownBlockVersion(version)
    const level = reader.get(4)
    const boot = reader.get(8)
    let wallOffset: number
    if (reader.getFlag()) {
        const high = reader.get(HALF_BITS)
        wallOffset = high * HALF + reader.get(HALF_BITS)
    }
    const first = reader.getSized()
    const span = level > 0 ? reader.getSized() : 0
    const at = reader.getSized()
    const period = reader.getSized()
    return { boot, first, level, span, wallOffset, at, period }
}
