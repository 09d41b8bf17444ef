import { error } from "../device/log"
import { Before } from "../device/restarts"
import { SlotError, type SlotStore } from "../device/slot-store"
import { Lock } from "../kernel/lock"
import type { Meter, Reading } from "../line/meters/profile"
import { Backlog, fateOf, type Losses } from "./backlog"
import { Batch } from "./batch"
import { BlockRow } from "./block-row"
import { BlockError, checkSeal, headerOf } from "./codec/block"
import { Ending, encodeCheckpoint } from "./codec/checkpoint"
import { BlockCoder } from "./codec/coder"
import type { Doubt } from "./doubt"
import { HEADER_FIELDS, pace } from "./pace"
import { nothing, type Recovered, recover } from "./recovery"

/** If readings wait and none was acknowledged for this long, in ms, the server counts as unreachable. */
const OUTAGE_MS = 900000
/** After this many failed reads in a row, a block is given up. */
const MOST_FAILURES = 5
/** Longest time, in ms, from the announcement of a deployment to the start that follows. */
const DEPLOYMENT_MS = 900000
/** Latest uptime, in ms, at which the program starts after the chip restarted itself. */
const CHIP_RESTART_MS = 30000
/** If readings of an earlier boot would be this much later than the current start, in ms, their time is wrong. */
const FUTURE_MS = 60000

/** Options of {@link openQueue}. */
export interface QueueOptions {
    /** The meters whose readings can come in, or can be left over from earlier runs. */
    readonly meters: Meter[]
    /** Time between two readings of a meter in ms. */
    readonly pollMs: number
    /** Number of blocks on the heap, besides the one that is being filled; at least 2. */
    readonly heapBlocks: number
    /** Size of a block in bytes; that of a slot if there is a store. */
    readonly blockBytes: number
    /** Memory that outlives a restart; `undefined` for none. */
    readonly store: SlotStore | undefined
    /** Counts the readings that are not delivered. */
    readonly losses: Losses
}

/**
 * Opens a queue with the readings that earlier runs of the program have left in the store. If the store cannot be read, logs
 * an error and does without it until the next restart.
 * @param startedAt `ds.millis()`
 * @param before what is known of the time before this start of the program
 */
export async function openQueue(
    options: QueueOptions,
    startedAt: number,
    before: Before,
): Promise<ReadingQueue> {
    const { heapBlocks, blockBytes, store } = options
    const meters = options.meters.slice(0)
    let row = new BlockRow(store, heapBlocks, blockBytes)
    let recovered = nothing()
    try {
        if (store) recovered = await recover(row, store)
    } catch (e) {
        if (!(e instanceof SlotError)) throw e
        error("store", "not used until the next restart: " + e.message)
        row = new BlockRow(undefined, heapBlocks, blockBytes)
    }
    return new ReadingQueue(meters, row, options.pollMs, recovered, startedAt, before, options.losses)
}

/**
 * The only owner of readings that are not delivered yet. Readings leave it by {@link acknowledge}; those lost in any other
 * way are counted.
 *
 * Readings wait on the heap and in slots, which outlive a restart. Unless the store is eager, slots are written only while
 * the server does not answer, once for each block of readings.
 *
 * Any fiber may call at any time; the calls are served one after the other.
 */
export class ReadingQueue {
    /** Number of waiting readings. */
    length: number
    /** Wall time minus `ds.millis()` in ms. Set it as soon as it is known, and again whenever it is known better. */
    wallOffset: number | undefined = undefined
    /** The wall time will stay unknown, so readings of earlier boots that need it for their own time are dropped. */
    isTimeHopeless = false
    /** The batch of these readings that the server may already have. Must be set before anything is sent. */
    doubt!: Doubt
    /** Latest wall time of the blocks left by earlier boots, in ms since the Unix epoch; 0 if none is known. */
    inheritedUntil = 0
    private readonly lock = new Lock()
    private readonly backlog: Backlog
    /** Copy of the block that was peeked last, so that changes to the row do not affect it. */
    private readonly inHand: Buffer
    /** No checkpoint says yet which readings in the slots were acknowledged, or which boot is running. */
    private isCheckpointDue = false
    private hadSlots = false
    /** Time since which readings have waited without an acknowledgment. */
    private answeredAt: number
    private readFailures = 0

    /**
     * @param row holds the recovered blocks
     * @param losses see {@link QueueOptions}
     */
    constructor(
        meters: Meter[],
        readonly row: BlockRow,
        pollMs: number,
        private readonly recovered: Recovered,
        readonly startedAt: number,
        before: Before,
        readonly losses: Losses,
    ) {
        this.inHand = Buffer.alloc(row.blockBytes)
        const { boots, skipped, next } = recovered
        for (const earlier of boots) {
            const end = earlier.wallOffset === undefined ? 0 : earlier.wallOffset + earlier.at
            this.inheritedUntil = Math.max(this.inheritedUntil, end)
        }
        const goesOn = row.length > 0 && isSameBoot(recovered, startedAt, before)
        const boot = goesOn ? recovered.lastBoot : (recovered.lastBoot + 1) & 0xff
        this.isCheckpointDue = row.length > 0 && !goesOn
        const backlog = new Backlog(meters, row, boot, next, pollMs, losses)
        backlog.remove(skipped)
        backlog.head = 0
        backlog.now = startedAt
        this.backlog = backlog
        this.answeredAt = startedAt
        const { length } = backlog
        this.length = length
        losses.recovered = length
    }

    /** Adds a reading of one of the queue's meters. */
    async append(reading: Reading) {
        const { backlog, row } = this
        await this.lock.acquire()
        try {
            if (backlog.length === 0) this.answeredAt = reading.at
            // while the server answers, a store that is not eager is left alone
            const { store } = row
            const mayWrite = store ? store.eager || reading.at - this.answeredAt > OUTAGE_MS : false
            await backlog.append(reading, this.wallOffset, mayWrite)
        } finally {
            await this.leave()
        }
        await pace(reading.values.length)
    }

    /**
     * Returns the oldest readings without removing them. The batch is valid only until the next peek. Readings that cannot be
     * decoded or dated are removed and counted.
     * @returns `undefined` if no readings are left
     * @throws SlotError
     */
    async peek(): Promise<Batch | undefined> {
        let batch: Batch | undefined
        await this.lock.acquire()
        try {
            while (this.backlog.length > 0 && !batch) batch = await this.open()
        } finally {
            await this.leave()
        }
        return batch
    }

    /**
     * Removes delivered readings. Readings that were lost after the batch was peeked are not removed a second time.
     * @param end see {@link Batch.end}
     * @returns how many readings were removed
     */
    async acknowledge(end: number): Promise<number> {
        const { backlog, row } = this
        let removed = 0
        await this.lock.acquire()
        try {
            const before = backlog.length
            this.answeredAt = backlog.now
            backlog.remove(end - backlog.head)
            removed = before - backlog.length
            if (removed > 0 && row.store?.eager) this.isCheckpointDue = true
        } finally {
            await this.leave()
        }
        return removed
    }

    /**
     * Records in a checkpoint that a new boot of the chip has begun, if earlier boots have left readings. The first reading
     * and every other call do so as well. It is not done on start-up, because a power supply that keeps failing soon after
     * start-up must not interrupt a write each time.
     */
    async markBoot() {
        await this.lock.acquire()
        await this.leave()
    }

    /**
     * Moves everything into slots, because a restart follows at once. If there are too few slots, downsamples readings.
     * @param ending what is about to end
     * @param endedAt `ds.millis()`
     * @returns whether the restart will lose no reading
     */
    async save(ending: Ending, endedAt: number): Promise<boolean> {
        const { backlog, row } = this
        let isSaved = false
        await this.lock.acquire()
        try {
            isSaved = row.store ? await backlog.flush() : backlog.length === 0
            if (endedAt > backlog.now) backlog.now = endedAt
            if (row.inSlots > 0) await backlog.attempt(this.checkpoint, ending)
        } finally {
            await this.leave()
        }
        return isSaved
    }

    private async leave() {
        const { row } = this
        if (this.hadSlots && row.inSlots === 0) this.isCheckpointDue = true
        this.hadSlots = row.inSlots > 0
        try {
            if (this.isCheckpointDue) await this.backlog.attempt(this.checkpoint, Ending.None)
        } finally {
            this.length = this.backlog.length
            this.lock.release()
        }
    }

    /** Opens the first block as a batch. @returns `undefined` if the block had to be removed */
    private async open(): Promise<Batch | undefined> {
        const { backlog, row, inHand } = this
        const { head, skipped, filling } = backlog
        const isFilling = row.length === 0
        let cause: Error = new BlockError("a block holds no reading")
        try {
            const block = isFilling ? (filling as BlockCoder).block : await row.read(0, inHand)
            if (row.inSlots > 0) checkSeal(block)
            if (block !== inHand) inHand.blitAt(0, block as Buffer, 0, inHand.length)
            const coder = new BlockCoder(backlog.meters, inHand)
            await pace(HEADER_FIELDS)
            const isCurrent = coder.header.boot === backlog.boot
            const offset = isCurrent ? this.wallOffset : this.offsetOf(coder.header.boot)
            if (
                !isCurrent &&
                offset === undefined &&
                (this.wallOffset !== undefined || this.isTimeHopeless)
            ) {
                backlog.drop("undatable")
                return undefined
            }
            while (coder.count < skipped) await pace(coder.next().values.length)
            const until = head + backlog.firstCount() - skipped
            const batch = new Batch(coder, head, until, isCurrent, offset, head < this.losses.recovered)
            this.readFailures = 0
            if (batch.reading) return batch
            cause = batch.failure ?? cause
        } catch (e) {
            cause = e as Error
            if (e instanceof SlotError) {
                this.readFailures++
                if (this.readFailures < MOST_FAILURES) throw e
            } else if (!(e instanceof BlockError)) throw e
        }
        backlog.drop(fateOf(cause))
        return undefined
    }

    /**
     * Wall time minus the monotonic time of an earlier boot, in ms; `undefined` if it is not known, or must be wrong because it
     * would put readings of that boot after the current start.
     */
    private offsetOf(boot: number): number | undefined {
        const { wallOffset, startedAt, recovered } = this
        const { lastCheckpoint } = recovered
        const earlier = recovered.boots.find(it => it.boot === boot)
        const offset = earlier?.wallOffset
        if (wallOffset === undefined) return offset
        if (offset !== undefined)
            return offset + earlier.at > wallOffset + startedAt + FUTURE_MS ? undefined : offset
        const isBefore = lastCheckpoint?.boot === boot && lastCheckpoint.ending === Ending.Chip
        return isBefore && startedAt < CHIP_RESTART_MS ? wallOffset - lastCheckpoint.at : undefined
    }

    /**
     * Writes a checkpoint. Slots are never erased, so it says which readings are acknowledged, and which boot is running.
     * @throws SlotError, BlockError
     */
    private async checkpoint(ending: Ending) {
        const { backlog, row, recovered, wallOffset } = this
        let first = backlog.nextNumber
        let oldest = backlog.filling?.header
        if (row.length > 0) {
            const block = (await row.read(0)) as Buffer
            if (row.inSlots > 0) checkSeal(block)
            oldest = headerOf(block)
        }
        if (oldest) first = oldest.first + backlog.skipped
        const serial = recovered.serial + 1
        const bytes = encodeCheckpoint(serial, backlog.boot, first, ending, backlog.now, wallOffset)
        await (row.store as SlotStore).write(serial & 1, bytes)
        recovered.serial = serial
        this.isCheckpointDue = false
    }
}

/**
 * Whether this start of the program belongs to the last boot recorded in the slots. Unless that is certain, it counts as
 * another boot: readings can then end up without a time, but never with a wrong one.
 */
function isSameBoot({ boots, lastCheckpoint }: Recovered, startedAt: number, before: Before): boolean {
    if (startedAt <= (lastCheckpoint ?? boots[boots.length - 1]).at) return false
    if (before === Before.SameBoot) return lastCheckpoint?.ending !== Ending.Chip
    if (before !== Before.Deployment || lastCheckpoint?.ending !== Ending.Program) return false
    const since = startedAt - lastCheckpoint.at
    return since >= 0 && since < DEPLOYMENT_MS
}
