import { BitStream } from "./bit-stream"
import { crc24 } from "./crc24"

/** Version of the block format. It is mixed into the checksum, so a block of another version fails the check. */
const VERSION = 3

/*
 * A block begins with a three-byte checksum over the rest of the block, low byte first. Then come one byte each for the
 * number of readings, the level and the boot. The rest of the header and the readings follow as a bit stream.
 */
export const COUNT_AT = 3
export const LEVEL_AT = 4
export const BOOT_AT = 5
/** Size of a block's prefix in bytes: the number of readings, the level and the boot. */
export const PREFIX_BYTES = 3

/** Index of the first bit of the header. */
export const HEADER_BIT = 8 * LEVEL_AT

/** Maximum number of readings in a block. */
export const MOST_READINGS = 255

/** Resolution of the wall offset in a block. */
const OFFSET_MS = 128

/** Describes the readings of a block. */
export interface BlockHeader {
    /** Number of the chip's boot, modulo 256. Times of one boot share a clock. */
    boot: number
    /** Running number of the first reading. */
    first: number
    /** Wall time minus the boot's monotonic time in ms, accurate to 64 ms; `undefined` if it was not known. */
    wallOffset: number | undefined
    /** Monotonic time of the first reading in ms. */
    at: number
    /** Usual time between two readings of a meter in ms, 1 or more. */
    period: number
    /** How many times every second reading was removed. */
    level: number
    /** Number of readings before downsampling; 0 at level 0, where none was removed. */
    span: number
}

/** Makes the header of a block that has not been downsampled. */
export function newHeader(
    boot: number,
    first: number,
    wallOffset: number | undefined,
    at: number,
    period: number,
): BlockHeader {
    return { level: 0, span: 0, boot, first, wallOffset, at, period }
}

/** A block is missing or damaged, or has readings of a meter model that is not configured. */
export class BlockError extends Error {}

/** Completes a block: writes the number of readings, then the checksum over all bytes after the checksum. */
export function seal(block: Buffer, count: number) {
    block[COUNT_AT] = count
    const crc = checksum(block)
    block.setAt(0, "u16", crc & 0xffff)
    block[2] = crc >> 16
}

/** @throws BlockError if the block is missing or its checksum is wrong */
export function checkSeal(block: Buffer | undefined): asserts block is Buffer {
    if (!block) throw new BlockError("a block's slot is empty")
    const stored = block.getAt(0, "u16") | (block[2] << 16)
    if (stored !== checksum(block)) throw new BlockError("wrong block checksum")
}

function checksum(block: Buffer): number {
    return crc24(block, COUNT_AT, block.length) ^ VERSION
}

export function headerOf(block: Buffer): BlockHeader {
    return codeHeader(new BitStream(block, HEADER_BIT, false), undefined)
}

/** Running number after the last reading that a block covers, including removed ones. */
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
