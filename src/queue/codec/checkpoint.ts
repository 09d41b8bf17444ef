import { seal } from "./block"

/** Bytes of a checkpoint in its slot. */
export const CHECKPOINT_BYTES = 32

/** Whether, and how, the program run that wrote a checkpoint is about to end. */
export enum Ending {
    /** The program keeps running. */
    None = 0,
    /** The queue has saved all it could. The program is about to end: it restarts, or another one is deployed. */
    Program = 1,
    /** Like {@link Ending.Program}, but the chip is about to restart. */
    Chip = 2,
}

/** Records which readings in the slots were acknowledged, and which boot of the chip is running. */
export interface Checkpoint {
    /** Number of this checkpoint. The one with the higher number is newer. */
    readonly serial: number
    readonly boot: number
    /** Running number of the first reading that was not acknowledged. */
    readonly first: number
    readonly ending: Ending
    /** Monotonic time in ms: of the announced end, otherwise of the last reading, or of the start if there was none. */
    readonly at: number
    /** Wall time minus monotonic time in ms; `undefined` if it was not known. */
    readonly wallOffset: number | undefined
}

/*
 * Layout in bytes: checksum (3), ending (1), boot (1), running number (4), serial (4), time (8), offset (8). An unknown
 * offset is stored as 0.
 */
const ENDING_AT = 3
const BOOT_AT = 4
const FIRST_AT = 5
const SERIAL_AT = 9
const TIME_AT = 13
const OFFSET_AT = 21

/** Encodes a {@link Checkpoint} for its slot, including the checksum. */
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

/** @param bytes a stored checkpoint whose checksum is known to be right */
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
