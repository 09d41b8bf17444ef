import * as ds from "@devicescript/core"
import { Level, type LogRecord, warn } from "../../device/log"
import { readNumber } from "../../device/settings"
import { SlotError } from "../../device/slot-store"
import { Actor } from "../../kernel/actor"
import { Mailbox } from "../../kernel/mailbox"
import type { Topic } from "../../kernel/topic"
import type { ClockEstimate } from "../timekeeper"
import type { LogBlocks } from "./log-blocks"

/** How long after trouble it is written, in ms: its cause may be a supply that is about to fail. */
const TROUBLE_MS = 30000
/** How long other records wait to be written together with later ones, in ms. */
const NOTICE_MS = 600000
/** Time between two writes while trouble goes on, in ms; after a rest, five more writes are saved up. */
const WRITE_EACH_MS = 3600000
const SAVED_UP_MS = 5 * WRITE_EACH_MS

/**
 * Keeps log records in flash, from the level in the setting `LOG_LEVEL` up.
 *
 * It writes whole blocks, half a minute after trouble and 10 minutes after anything else, and at most 30 times in any 24 hours.
 * A record that finds the block full and no write allowed is left out and counted.
 */
export class Logbook extends Actor<LogRecord> {
    declare protected readonly mailbox: Mailbox<LogRecord>
    private level: number = Level.Notice
    /** `ds.millis()` at which the block is due to be written; `undefined` if it is saved. */
    private saveAt: number | undefined = undefined
    /** Records that were left out and not reported yet. */
    private leftOut = 0
    private rotating = false

    /** @param offset wall time minus monotonic time in ms, if already known */
    constructor(
        records: Topic<LogRecord>,
        rotations: Topic<undefined>,
        clock: Topic<ClockEstimate>,
        private readonly blocks: LogBlocks,
        private offset?: number,
    ) {
        super(new Mailbox<LogRecord>(8, "drop-newest"))
        this.listen(records, this.enqueue)
        this.listen(rotations, this.rotateSoon)
        this.listen(clock, this.setClock)
    }

    protected override async started() {
        const { blocks } = this
        this.level = await readNumber("LOG_LEVEL", Level.Notice, Level.Info, Level.Error)
        if (!blocks.opened)
            await this.attempt(async () => await blocks.open(await readNumber("LOG_MAX", 896, 200, 16000)))
    }

    protected override nextDue(): number {
        if (this.rotating) return 0
        return this.saveAt === undefined
            ? Infinity
            : Math.max(this.saveAt, this.blocks.restedAt - SAVED_UP_MS)
    }

    protected override async handle(record: LogRecord) {
        const { level, at } = record
        if (!this.blocks.opened) return
        if (!this.append(record)) {
            const unsaved = this.saveAt !== undefined
            if (unsaved && ds.millis() < this.blocks.restedAt - SAVED_UP_MS) {
                this.leftOut++
                return
            }
            if (unsaved) await this.save()
            this.blocks.next()
            const missing = this.leftOut + this.mailbox.dropped
            this.leftOut = this.mailbox.dropped = 0
            if (missing > 0)
                this.append({ level: Level.Warn, at, source: "logbook", text: missing + " records left out" })
            this.append(record)
        }
        const saveAt = ds.millis() + (level < Level.Warn ? NOTICE_MS : TROUBLE_MS)
        this.saveAt = Math.min(this.saveAt ?? saveAt, saveAt)
    }

    protected override async tick() {
        if (this.saveAt !== undefined) await this.save()
        if (this.rotating) this.blocks.rotate()
        this.rotating = false
    }

    private append({ level, at, source, text }: LogRecord): boolean {
        const { offset } = this
        const seconds = Math.floor((at + (offset ?? 0)) / 1000)
        return this.blocks.append(level, seconds, offset !== undefined, source + ": " + text)
    }

    private async save() {
        const { blocks } = this
        this.saveAt = undefined
        blocks.restedAt = Math.max(blocks.restedAt, ds.millis()) + WRITE_EACH_MS
        await this.attempt(blocks.save)
    }

    /** Runs an access to the flash. Its failure is logged, and stops nothing. */
    private async attempt(work: () => Promise<void>) {
        try {
            await work()
        } catch (e) {
            if (!(e instanceof SlotError)) throw e
            warn("logbook", e.message)
        }
    }

    private enqueue(record: LogRecord) {
        if (record.level >= this.level) this.mailbox.post(record)
    }

    private rotateSoon() {
        this.rotating = true
        this.mailbox.wake()
    }

    private setClock(estimate: ClockEstimate) {
        this.offset = estimate.offset
    }
}
