import { BitStream } from "./bit-stream"
import { crc24 } from "./crc24"

/** This arrangement of a block; another number is another arrangement. */
const VERSION = 1

/** A block begins with three bytes of checksum over all the rest, and a byte with the number of readings. */
const COUNT_AT = 3
/** Behind them, bit by bit, come the header and the readings. */
export const BODY_AT = 4

/** So many bytes at the start hold all that {@link countOf}, {@link levelOf} and {@link bootOf} look at. */
export const PREFIX_BYTES = 6

/** Most readings in one block. */
export const MOST_READINGS = 255

/** Precision of a wall time in a block. */
const OFFSET_MS = 128

/** What a block says of itself. */
export interface BlockHeader {
    /** Counts the starts of the program, modulo 256: times of one boot go together. */
    readonly boot: number
    /** Running number of the first reading. */
    readonly first: number
    /** How often every second reading was taken out. */
    level: number
    /** After thinning: how many readings there had been. At level 0 it is 0, and all are there. */
    span: number
    /** Wall time minus the boot's monotonic time in ms, to 64 ms; `undefined` when it was not known. */
    wallOffset: number
    /** Monotonic time of the first reading in ms. */
    readonly at: number
    /** Usual time between two readings of a meter in ms, 1 or more. */
    period: number
}

/** A block is not as it was written, or has readings of a meter that is not configured. */
export class BlockError extends Error {}

/** Writes the number of readings, and the checksum over all but itself. */
export function seal(block: Buffer, count: number) {
    block[COUNT_AT] = count
    const crc = crc24(block, COUNT_AT, block.length)
    block[0] = crc >> 16
    block[1] = (crc >> 8) & 0xff
    block[2] = crc & 0xff
}

/** @throws BlockError when a block is not as it was sealed */
export function checkSeal(block: Buffer) {
    const stored = (block[0] << 16) | (block[1] << 8) | block[2]
    if (crc24(block, COUNT_AT, block.length) !== stored) throw new BlockError("checksum")
}

/** Number of readings in the sealed block that begins at `start`. */
export function countOf(block: Buffer, start = 0): number {
    return block[start + COUNT_AT]
}

/** See {@link BlockHeader.level}. */
export function levelOf(block: Buffer, start = 0): number {
    return (block[start + BODY_AT] >> 1) & 15
}

/** See {@link BlockHeader.boot}. */
export function bootOf(block: Buffer, start = 0): number {
    return ((block[start + BODY_AT] & 1) << 7) | (block[start + BODY_AT + 1] >> 1)
}

/** @throws BlockError */
export function headerOf(block: Buffer): BlockHeader {
    return codeHeader(new BitStream(block, BODY_AT, false), undefined)
}

/** Running number behind those that a block stands for. */
export function endOf(block: Buffer): number {
    const { first, level, span } = headerOf(block)
    return first + (level > 0 ? span : countOf(block))
}

/**
 * Writes or reads a header.
 * @param header `undefined` when reading
 * @throws BlockError
 */
export function codeHeader(stream: BitStream, header: BlockHeader): BlockHeader {
    const it = header ?? BLANK
    const version = stream.code(VERSION, 3)
    if (version !== VERSION) throw new BlockError("version " + version)
    const level = stream.code(it.level, 4)
    const boot = stream.code(it.boot, 8)
    let wallOffset = it.wallOffset
    if (stream.flag(wallOffset !== undefined))
        wallOffset = stream.sized(Math.round(wallOffset / OFFSET_MS)) * OFFSET_MS
    const first = stream.sized(it.first)
    const span = level > 0 ? stream.sized(it.span) : 0
    const at = stream.sized(it.at)
    return { boot, first, level, span, wallOffset, at, period: stream.sized(it.period) }
}

const BLANK: BlockHeader = { boot: 0, first: 0, level: 0, span: 0, wallOffset: undefined, at: 0, period: 0 }
