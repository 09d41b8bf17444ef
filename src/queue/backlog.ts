import { warn } from "../device/log"
import { type EagerStore, SlotError } from "../device/slot-store"
import type { Meter, Reading } from "../line/meters/profile"
import type { BlockRow } from "./block-row"
import { BlockError, BOOT_AT, COUNT_AT, checkSeal, LEVEL_AT, newHeader } from "./codec/block"
import { BlockCoder } from "./codec/coder"
import { UnknownModelError } from "./codec/identity"
import { CHECKED_BYTES, FIELDS_PER_SLICE, pace } from "./pace"
import { thin } from "./thinning"

/** A reading within this many ms of its expected time counts as on time. */
const TOLERANCE_MS = 50
/** How long, in ms, slots are left alone after one has failed. */
const SLOT_PAUSE_MS = 3600000

/** Counts the readings that were not delivered, and those recovered on start-up. */
export interface Losses {
    /** Readings found in slots on start-up. */
    recovered: number
    /** Readings removed from between others to make room, or left out because the previous run has one in the same slot. */
    thinned: number
    /** Readings lost because there was no room. */
    crowdedOut: number
    /** Readings lost because their block cannot be read. */
    damaged: number
    /** Readings lost because the time at which they were taken cannot be determined. */
    undatable: number
    /** Readings lost because their meter's model is no longer configured. */
    orphaned: number
    /** Readings found on start-up that the server presumably has, without proof. */
    presumed: number
}

/** All counters at zero. */
export function noLosses(): Losses {
    return { recovered: 0, thinned: 0, crowdedOut: 0, damaged: 0, undatable: 0, orphaned: 0, presumed: 0 }
}

/** Why readings are lost. */
type Fate = "crowdedOut" | "damaged" | "undatable" | "orphaned"

/** Logs why readings cannot be read, and returns the counter for them. The log folds repeats within an hour. */
export function fateOf(cause: Error): Fate {
    warn("store", cause.message)
    return cause instanceof UnknownModelError ? "orphaned" : "damaged"
}

/**
 * The waiting readings: a row of sealed blocks, and the block that is being filled. When room runs out, old readings are
 * downsampled, or dropped where that is not possible. Only one fiber at a time may use it.
 */
export class Backlog {
    /** Number of waiting readings. */
    length = 0
    /** Running number of the oldest reading, counted within this run of the program. */
    head = 0
    /** Readings of the first block that were already removed. */
    skipped = 0
    /** The block that is being filled; `undefined` if there is none. */
    filling: BlockCoder | undefined = undefined
    /** Latest known time by `ds.millis()`: as a rule, that of the last reading. */
    now = 0
    private slotsPausedUntil = 0

    /**
     * @param boot number of this boot of the chip
     * @param nextNumber running number of the next reading, through all runs of the program
     * @param pollMs time between two readings of a meter
     * @param losses counts the readings that are not delivered
     */
    constructor(
        readonly meters: Meter[],
        readonly row: BlockRow,
        readonly boot: number,
        public nextNumber: number,
        private readonly pollMs: number,
        private readonly losses: Losses,
    ) {
        for (let i = 0; i < row.length; i++) this.length = this.length + row.prefix(i, COUNT_AT)
    }

    /** Readings in the first block, including those already removed. */
    firstCount(): number {
        return this.row.length > 0 ? this.row.prefix(0, COUNT_AT) : (this.filling as BlockCoder).count
    }

    /**
     * @param wallOffset wall time minus monotonic time in ms, if known
     * @param mayWrite whether slots may be written
     */
    async append(reading: Reading, wallOffset: number | undefined, mayWrite: boolean) {
        const { row, meters } = this
        this.now = reading.at
        if (this.filling && !this.filling.append(reading)) await this.finish(mayWrite)
        if (!this.filling) {
            const header = newHeader(this.boot, this.nextNumber, wallOffset, reading.at, this.pollMs)
            this.filling = new BlockCoder(meters, row.blank(), header, TOLERANCE_MS)
            this.filling.append(reading)
        }
        this.nextNumber++
        this.length++
        if (row.store?.eager) await this.attempt(this.stage, this.filling)
    }

    /** Removes the `n` oldest readings. */
    remove(n: number) {
        const { row } = this
        while (n > 0 && this.length > 0) {
            const size = this.firstCount()
            const count = Math.min(n, size - this.skipped)
            this.skipped = this.skipped + count
            this.head = this.head + count
            this.length = this.length - count
            n = n - count
            if (this.skipped < size) return
            this.skipped = 0
            if (row.length > 0) row.remove(0)
            else {
                row.free((this.filling as BlockCoder).block)
                this.filling = undefined
            }
        }
    }

    /** Removes the rest of the first block and counts its readings as lost. */
    drop(fate: Fate) {
        const { losses } = this
        const count = this.firstCount() - this.skipped
        losses[fate] = losses[fate] + count
        this.remove(count)
    }

    /**
     * Moves everything into slots, downsampled as far as necessary.
     * @returns whether nothing is left on the heap
     */
    async flush(): Promise<boolean> {
        const { row } = this
        if (this.filling) await this.finish(true)
        while (row.length > row.inSlots && this.canWrite()) {
            await this.condense(true)
            await this.spill()
        }
        return row.length === row.inSlots
    }

    /**
     * Runs an action on slots, unless they are paused after a failure. A damaged block does not pause them.
     * @returns whether the action succeeded
     */
    async attempt<T>(action: (argument: T) => Promise<void>, argument: T): Promise<boolean> {
        if (!this.canWrite()) return false
        try {
            await action(argument)
            return true
        } catch (e) {
            // The next peek removes the damaged block.
            if (e instanceof BlockError) return false
            if (!(e instanceof SlotError)) throw e
            this.slotsPausedUntil = this.now + SLOT_PAUSE_MS
            warn("store", e.message)
            return false
        }
    }

    private canWrite(): boolean {
        return this.now >= this.slotsPausedUntil
    }

    /** Seals the block that is being filled and adds it to the row, making room if necessary. */
    private async finish(mayWrite: boolean) {
        const { row } = this
        // Coding the reading that did not fit has taken its share of the slice.
        await pace(FIELDS_PER_SLICE)
        const block = (this.filling as BlockCoder).seal()
        this.filling = undefined
        while (row.length - row.inSlots === row.heapBlocks) {
            const { inSlots } = row
            if (mayWrite) await this.spill()
            if (row.inSlots === inSlots) await this.condense(mayWrite)
        }
        row.append(block)
        if (mayWrite) await this.spill()
    }

    /** Moves blocks from the heap to slots while there is room. */
    private async spill() {
        const { row } = this
        while (row.length > row.inSlots && row.hasFreeSlot())
            if (!(await this.attempt(row.spill, undefined))) return
    }

    private async stage(filling: BlockCoder) {
        await (this.row.store as EagerStore).stage(filling.seal())
    }

    /**
     * Merges two neighboring blocks of one boot: the oldest pair among those downsampled least. On the heap this costs no
     * write, so blocks in slots are merged only if they are finer. The first block is never merged, because a batch may be
     * reading it. If there is no such pair, the first block is dropped.
     */
    private async condense(mayWrite: boolean) {
        const { row } = this
        let best = 0
        let least = 99
        for (let i = mayWrite && this.canWrite() ? 1 : Math.max(1, row.inSlots); i + 1 < row.length; i++) {
            let level = Math.max(row.prefix(i, LEVEL_AT), row.prefix(i + 1, LEVEL_AT))
            if (i < row.inSlots) level = level + 0.5
            if (
                level >= least ||
                i + 1 === row.inSlots ||
                row.prefix(i, BOOT_AT) !== row.prefix(i + 1, BOOT_AT)
            )
                continue
            best = i
            least = level
        }
        if (best === 0) this.drop("crowdedOut")
        else if (best >= row.inSlots) await this.merge(best)
        else await this.attempt(this.merge, best)
    }

    private async merge(index: number) {
        const { row, losses } = this
        const inSlots = index < row.inSlots
        const own = inSlots ? [row.blank(), row.blank()] : []
        const blocks = [await row.read(index, own[0]), await row.read(index + 1, own[1])]
        let count = row.prefix(index, COUNT_AT) + row.prefix(index + 1, COUNT_AT)
        try {
            if (inSlots)
                for (const it of blocks) {
                    checkSeal(it)
                    await pace(it.length / CHECKED_BYTES)
                }
            const block = await thin(this.meters, blocks as Buffer[], row.blank())
            count = count - block[COUNT_AT]
            await row.replace(index, block)
            own.push(block)
            if (inSlots) for (const it of own) row.free(it)
            losses.thinned = losses.thinned + count
        } catch (e) {
            if (!(e instanceof BlockError)) throw e
            row.remove(index)
            row.remove(index)
            const fate = fateOf(e)
            losses[fate] = losses[fate] + count
        }
        this.length = this.length - count
    }
}
