import { SETTING_BLOCK_BYTES } from "../../device/flash-budget"
import type { SlotStore } from "../../device/slot-store"

/** Version of the block format, in the high half of the first byte; the low half holds the number of blocks per log. */
const VERSION = 0x10
const HEADER_BYTES = 6
/** Bytes before the text of a record. */
const PREFIX_BYTES = 6
/** Longest text of a record, in bytes. */
const TEXT_BYTES = 120

/** Flag in the level byte of a record: its time is wall time. */
const WALL_TIME = 0x80

/**
 * The log in flash: the current one and the previous one. Each has half of the slots, and a new log overwrites the older of the
 * two.
 *
 * A block is `version and blocks per log, bytes used, number (u32)`, followed by records of `flag and level, seconds (u32),
 * length, text`. Block numbers only grow; each log begins with a multiple of the blocks per log.
 *
 * Records stay in RAM until {@link save}, which writes the whole block. So a block can be written several times.
 */
export class LogBlocks {
    /** Whether {@link open} has found out where to continue. */
    opened = false
    /** `ds.millis()` at which as many writes as possible are saved up again. Kept here because a logbook may be replaced. */
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
     * Continues where an earlier run ended. Call it once, before anything is appended.
     * @param limit size in bytes from which a log is full; it is also full when its slots are
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
     * Appends a record in RAM.
     * @param seconds since the Unix epoch, or since the chip's start
     * @param wallTime whether they are since the Unix epoch
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
     * Writes the block in RAM to its slot.
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

    /** Begins a new block, in a new log if this one is full. Unsaved records of the last block are lost. */
    next() {
        if (this.size() >= this.limit) this.rotate()
        else this.begin(this.number + 1)
    }

    /** Begins a new log; the current one becomes the previous one. Its unsaved records are lost. */
    rotate() {
        this.begin(this.number + this.perLog - (this.number % this.perLog))
    }

    private begin(number: number) {
        this.number = number
        this.used = HEADER_BYTES
    }
}
