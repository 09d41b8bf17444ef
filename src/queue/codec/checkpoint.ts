import { seal } from "./block"

/** Bytes of a checkpoint in its slot. */
export const CHECKPOINT_BYTES = 32

/** What a checkpoint says of the run of the program that wrote it. */
export enum Ending {
    /** It goes on. */
    None = 0,
    /** Everything is in slots, and the program is about to end: it restarts, or another one is deployed. */
    Program = 1,
    /** The same, and the chip is about to restart. */
    Chip = 2,
}

/** Says what in the slots is done with, and which boot of the chip goes on. */
export interface Checkpoint {
    /** Counts the checkpoints. */
    readonly serial: number
    readonly boot: number
    /** Running number of the first reading that was not acknowledged. */
    readonly first: number
    readonly ending: Ending
    /** Monotonic time when it was written, in ms. */
    readonly at: number
    /** Wall time minus monotonic time in ms; `undefined` when it was not known. */
    readonly wallOffset: number | undefined
}

/*
 * Bytes of checksum, ending, boot, running number, serial, time and offset: 3, 1, 1, 4, 4, 8 and 8. An offset that is not
 * known is 0.
 */
const ENDING_AT = 3
const BOOT_AT = 4
const FIRST_AT = 5
const SERIAL_AT = 9
const TIME_AT = 13
const OFFSET_AT = 21

/** A {@link Checkpoint} as it is stored, with its checksum. */
export function encodeCheckpoint(
    serial: number,
    boot: number,
    first: number,
    ending: Ending,
    at: number,
    wallOffset: number | undefined,
): Buffer {
    const bytes = Buffer.alloc(CHECKPOINT_BYTES)
    bytes[BOOT_AT] = boot
    bytes.setAt(FIRST_AT, "u32", first)
    bytes.setAt(SERIAL_AT, "u32", serial)
    bytes.setAt(TIME_AT, "f64", at)
    bytes.setAt(OFFSET_AT, "f64", wallOffset ?? 0)
    seal(bytes, ending)
    return bytes
}

/** @param bytes whose checksum was found right */
export function decodeCheckpoint(bytes: Buffer): Checkpoint {
    const offset = bytes.getAt(OFFSET_AT, "f64")
    return {
        serial: bytes.getAt(SERIAL_AT, "u32"),
        boot: bytes[BOOT_AT],
        first: bytes.getAt(FIRST_AT, "u32"),
        ending: bytes[ENDING_AT],
        at: bytes.getAt(TIME_AT, "f64"),
        wallOffset: offset === 0 ? undefined : offset,
    }
}
