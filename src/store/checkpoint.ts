import { checkSeal, countOf, DamagedBlock, seal } from "./codec/block"
import type { SlotStore } from "./slot-store"

/** Checkpoints go to the first two slots in turn, so that one of them is whole whenever the power fails. */
export const CHECKPOINT_SLOTS = 2

/** This arrangement of a checkpoint. It stands where a block has its number of readings. */
const VERSION = 1
const BYTES = 29
const NONE = -1

/** What outlives a restart besides the readings. */
export interface Checkpoint {
    /** Counts the checkpoints. */
    readonly serial: number
    /** Running number of the first reading that was not acknowledged. */
    readonly acknowledged: number
    /** The boot that wrote it. */
    readonly boot: number
    /** Monotonic time in ms when the program ended as planned, right behind this; else `undefined`. */
    readonly endedAt: number
    /** Wall time minus monotonic time in ms; `undefined` when it was not known. */
    readonly wallOffset: number
}

/**
 * The last checkpoint that is whole.
 * @returns `undefined` when there is none
 * @throws SlotError
 */
export async function readCheckpoint(store: SlotStore): Promise<Checkpoint> {
    let newest: Checkpoint
    for (let slot = 0; slot < CHECKPOINT_SLOTS; slot++) {
        const checkpoint = parse(await store.read(slot))
        if (checkpoint && !(newest && newest.serial > checkpoint.serial)) newest = checkpoint
    }
    return newest
}

/** @throws SlotError */
export async function writeCheckpoint(store: SlotStore, checkpoint: Checkpoint) {
    const bytes = Buffer.alloc(BYTES)
    bytes.setAt(4, "u32", checkpoint.serial)
    bytes.setAt(8, "u32", checkpoint.acknowledged)
    bytes[12] = checkpoint.boot
    bytes.setAt(13, "f64", checkpoint.endedAt ?? NONE)
    bytes.setAt(21, "f64", checkpoint.wallOffset ?? NONE)
    seal(bytes, VERSION)
    await store.write(checkpoint.serial & 1, bytes)
}

function parse(content: Buffer): Checkpoint {
    if (content === undefined || content.length < BYTES) return undefined
    const bytes = content.slice(0, BYTES)
    try {
        checkSeal(bytes)
    } catch (e) {
        if (e instanceof DamagedBlock) return undefined
        throw e
    }
    if (countOf(bytes) !== VERSION) return undefined
    return {
        serial: bytes.getAt(4, "u32"),
        acknowledged: bytes.getAt(8, "u32"),
        boot: bytes[12],
        endedAt: known(bytes.getAt(13, "f64")),
        wallOffset: known(bytes.getAt(21, "f64")),
    }
}

function known(value: number): number {
    return value === NONE ? undefined : value
}
