import * as ds from "@devicescript/core"
import { Actor } from "../kernel/actor"
import type { Mailbox } from "../kernel/mailbox"
import type { Reading } from "../line/meters/profile"
import type { ReadingQueue } from "../queue/reading-queue"

/** How long after the actor's start the boot of the chip is marked, in ms, if no reading has come by then. */
const MARK_MS = 20000

/** Puts every reading into the queue, including those that came while no recorder was running. */
export class Recorder extends Actor<Reading> {
    /** @param taken outlives the actor */
    constructor(
        taken: Mailbox<Reading>,
        private readonly queue: ReadingQueue,
    ) {
        super(taken)
        this.dueAt = ds.millis() + MARK_MS
    }

    protected override async handle(reading: Reading) {
        await this.queue.append(reading)
    }

    protected override async tick() {
        this.dueAt = Infinity
        await this.queue.markBoot()
    }
}
