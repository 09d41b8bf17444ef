import type { Reading } from "../meters/profile"
import type { Backlog, Fates, Run } from "./backlog"
import type { Boots, Placement } from "./boots"
import { BlockError, checkSeal } from "./codec/block"
import type { MeterLayouts } from "./codec/coder"
import { BlockDecoder } from "./codec/decoder"
import { pace } from "./pace"

/** Some of the oldest readings of a queue, still in it. All are of one boot. */
export interface Batch {
    /** Oldest first. */
    readonly readings: Reading[]
    /** What the queue's `acknowledge` wants to hear when all of them are delivered. */
    readonly end: number
    /**
     * Wall time minus the time of these readings in ms; `undefined` while it is not known. For an earlier boot it may
     * become known when that of this boot is.
     */
    readonly wallOffset: number
    /** The readings are of this boot: their times are those of `ds.millis()`. */
    readonly current: boolean
    /** Their boot never knew the time; it was derived from the boots before and after. */
    readonly estimated: boolean
    /** They were found after a restart, and may have been delivered before it. The server knows. */
    readonly unconfirmed: boolean
}

/** Reads the oldest readings of a backlog, and throws away what nobody can read or tell the time of. */
export class BatchReader {
    /** At the block that was read last, where the readings ended that were handed out. */
    private decoder: BlockDecoder
    /** Which one that is, counted from the start of the program, and while the row of blocks had which shape. */
    private decoded = 0
    private shape = 0

    constructor(
        private readonly layouts: MeterLayouts,
        private readonly backlog: Backlog,
        private readonly boots: Boots,
        private readonly run: Run,
        private readonly fates: Fates,
    ) {}

    /**
     * Up to `count` of the oldest readings.
     * @throws SlotError
     */
    async peek(count: number): Promise<Batch> {
        const { backlog, run, fates } = this
        let readings: Reading[] = []
        let placement: Placement
        let current = true
        while (backlog.length > 0 && readings.length === 0) {
            const boot = backlog.boot(0)
            current = boot === run.boot
            placement = current ? undefined : this.boots.place(boot, run.wallOffset)
            if (!current && !placement && run.wallOffset !== undefined) {
                fates.undatable = fates.undatable + backlog.removeBlock()
                continue
            }
            readings = await this.read(count, boot)
            if (readings.length === 0) fates.damaged = fates.damaged + backlog.removeBlock()
        }
        const end = backlog.head + readings.length
        backlog.handedOut = Math.max(backlog.handedOut, end)
        return {
            readings,
            end,
            wallOffset: current ? run.wallOffset : placement?.wallOffset,
            current,
            estimated: placement?.estimated ?? false,
            unconfirmed: backlog.head < fates.recovered,
        }
    }

    /** Readings of one boot, up to the first that cannot be read. */
    private async read(count: number, boot: number): Promise<Reading[]> {
        const { backlog } = this
        const readings: Reading[] = []
        try {
            for (
                let i = 0;
                i < backlog.blocks() && readings.length < count && backlog.boot(i) === boot;
                i++
            ) {
                const decoder = await this.decoderOf(i)
                const from = i === 0 ? backlog.skipped : 0
                const to = Math.min(backlog.count(i), from + count - readings.length)
                while (decoder.count < to) {
                    const reading = decoder.next()
                    if (decoder.count > from) readings.push(reading)
                    await pace(reading.values.length)
                }
            }
        } catch (e) {
            if (!(e instanceof BlockError)) throw e
            this.decoder = undefined
        }
        return readings
    }

    /** Goes on where it stopped, if that is not too far. */
    private async decoderOf(index: number): Promise<BlockDecoder> {
        const { backlog } = this
        const number = backlog.blocksGone + index
        const from = index === 0 ? backlog.skipped : 0
        const isSame = this.decoder && this.decoded === number && this.shape === backlog.reshaped
        if (isSame && this.decoder.count <= from) return this.decoder
        const block = await backlog.read(index)
        if (backlog.isInSlot(index)) checkSeal(block)
        this.decoder = new BlockDecoder(this.layouts, block)
        this.decoded = number
        this.shape = backlog.reshaped
        return this.decoder
    }
}
