import { BitStream } from "./bit-stream"
import { crc24 } from "./crc24"

/** This arrangement of a block; another number is another arrangement. The checksum tells them apart. */
const VERSION = 3

/*
 * A block begins with three bytes of checksum over all the rest, lowest first, and one each for the number of readings,
 * the level and the boot. Behind them, bit by bit, come the rest of the header and the readings.
 */
export const COUNT_AT = 3
export const LEVEL_AT = 4
export const BOOT_AT = 5
/** These three, from the number of readings on. */
export const PREFIX_BYTES = 3

/** The first bit of the header. */
export const HEADER_BIT = 8 * LEVEL_AT

/** Most readings in one block. */
export const MOST_READINGS = 255

/** Precision of a wall time in a block. */
const OFFSET_MS = 128

/** What a block says of itself. */
export interface BlockHeader {
    /** Counts the starts of the program, modulo 256: times of one boot go together. */
    boot: number
    /** Running number of the first reading. */
    first: number
    /** Wall time minus the boot's monotonic time in ms, to 64 ms; `undefined` when it was not known. */
    wallOffset: number | undefined
    /** Monotonic time of the first reading in ms. */
    at: number
    /** Usual time between two readings of a meter in ms, 1 or more. */
    period: number
    /** How often every second reading was taken out. */
    level: number
    /** After thinning: how many readings there had been. At level 0 it is 0, and all are there. */
    span: number
}

/** That of a block from which nothing was taken out. */
export function newHeader(
    boot: number,
    first: number,
    wallOffset: number | undefined,
    at: number,
    period: number,
): BlockHeader {
    return { level: 0, span: 0, boot, first, wallOffset, at, period }
}

/** A block is not as it was written, or has readings of a meter that is not configured. */
export class BlockError extends Error {}

/** Writes the number of readings, and the checksum over all but itself. */
export function seal(block: Buffer, count: number) {
    block[COUNT_AT] = count
    const crc = checksum(block)
    block.setAt(0, "u16", crc & 0xffff)
    block[2] = crc >> 16
}

/** @throws BlockError when a block is not as it was sealed */
export function checkSeal(block: Buffer | undefined): asserts block is Buffer {
    if (!block) throw new BlockError("its slot is empty")
    const stored = block.getAt(0, "u16") | (block[2] << 16)
    if (stored !== checksum(block)) throw new BlockError("checksum")
}

function checksum(block: Buffer): number {
    return crc24(block, COUNT_AT, block.length) ^ VERSION
}

export function headerOf(block: Buffer): BlockHeader {
    return codeHeader(new BitStream(block, HEADER_BIT, false), undefined)
}

/** Running number behind those that a block stands for. */
export function endOf(block: Buffer): number {
    const { first, level, span } = headerOf(block)
    return first + (level > 0 ? span : block[COUNT_AT])
}

/**
 * Writes or reads a header.
 * @param given `undefined` when reading
 */
export function codeHeader(stream: BitStream, given: BlockHeader | undefined): BlockHeader {
    const header = given ?? newHeader(0, 0, undefined, 0, 0)
    header.level = stream.code(header.level, 8)
    header.boot = stream.code(header.boot, 8)
    if (stream.flag(header.wallOffset !== undefined))
        header.wallOffset = stream.sized(Math.round((header.wallOffset as number) / OFFSET_MS)) * OFFSET_MS
    header.first = stream.sized(header.first)
    if (header.level > 0) header.span = stream.sized(header.span)
    header.at = stream.sized(header.at)
    header.period = stream.sized(header.period)
    return header
}
