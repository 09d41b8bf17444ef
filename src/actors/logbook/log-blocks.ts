import { SETTING_BLOCK_BYTES } from "../../device/flash-budget"
import type { SlotStore } from "../../device/slot-store"

/** The arrangement of blocks, in the high half of their first byte; the low one says how many blocks a log has. */
const VERSION = 0x10
const HEADER_BYTES = 6
/** What stands before the text of a record. */
const PREFIX_BYTES = 6
/** Longest text of a record, in bytes. */
const TEXT_BYTES = 120

/** Flag of a record, beside its level: its time is that of the wall clock. */
const WALL_TIME = 0x80

/**
 * The log in flash: the current one, and the one before it. Each has half of the slots, and takes the place of the one
 * before last.
 *
 * A block is `version and blocks per log, bytes used, number (u32)`, and records of `flag and level, seconds (u32), length,
 * text`. Blocks are numbered from the first on; each log begins with a multiple of the blocks per log.
 *
 * Records stay in RAM until {@link save}, which writes all of the block. So a block is written as often as it is saved.
 */
export class LogBlocks {
    /** {@link open} has found out where to go on. */
    opened = false
    /** `ds.millis()` at which as many writes as can be are saved up again. It is here because a logbook may be replaced. */
    restedAt = 0
    private readonly block = Buffer.alloc(SETTING_BLOCK_BYTES)
    private used = HEADER_BYTES
    private number = 0
    private readonly perLog: number
    private limit = 0

    /** @param slots an even number of them */
    constructor(private readonly slots: SlotStore) {
        this.perLog = slots.slots >> 1
    }

    /** Bytes of the current log. */
    size(): number {
        return (this.number % this.perLog) * SETTING_BLOCK_BYTES + this.used
    }

    /**
     * Goes on where an earlier run has ended. To be called once, before anything is appended.
     * @param limit bytes from which on a log is full; it is also full when its slots are
     * @throws SlotError
     */
    async open(limit: number) {
        this.limit = limit
        const { slots, block } = this
        for (let slot = 0; slot < slots.slots; slot++) {
            const found = await slots.read(slot)
            if (!found || found[0] !== (VERSION | this.perLog)) continue
            const number = found.getAt(2, "u32")
            if (number < this.number) continue
            this.number = number
            this.used = found[1]
            block.blitAt(0, found, 0, this.used)
        }
        this.opened = true
    }

    /**
     * Puts a record behind the others, in RAM.
     * @param seconds since the Unix epoch, or since the chip's start
     * @param wallTime which of them
     * @returns whether there was room for it in the block
     */
    append(level: number, seconds: number, wallTime: boolean, text: string): boolean {
        const length = Math.min(text.byteLength, TEXT_BYTES)
        const { block, used } = this
        const end = used + PREFIX_BYTES + length
        if (end > SETTING_BLOCK_BYTES) return false
        block[used] = (wallTime ? WALL_TIME : 0) | level
        block.setAt(used + 1, "u32", seconds)
        block[used + 5] = length
        block.blitAt(used + PREFIX_BYTES, text, 0, length)
        this.used = end
        return true
    }

    /**
     * Writes what is in RAM.
     * @throws SlotError
     */
    async save() {
        const { number, slots } = this
        await slots.write(number % slots.slots, this.content())
    }

    /** What {@link save} writes. */
    content(): Buffer {
        const { block, used } = this
        block[0] = VERSION | this.perLog
        block[1] = used
        block.setAt(2, "u32", this.number)
        return block.slice(0, used)
    }

    /** Begins a new block, in a new log if this one is full. What was not saved of the last block is lost. */
    next() {
        if (this.size() >= this.limit) this.rotate()
        else this.begin(this.number + 1)
    }

    /** The current log becomes the last one. What was not saved of it is lost. */
    rotate() {
        this.begin(this.number + this.perLog - (this.number % this.perLog))
    }

    private begin(number: number) {
        this.number = number
        this.used = HEADER_BYTES
    }
}
