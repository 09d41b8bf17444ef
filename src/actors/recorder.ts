import { Actor } from "../kernel/actor"
import type { Mailbox } from "../kernel/mailbox"
import type { Reading } from "../line/meters/profile"
import type { ReadingQueue } from "../queue/reading-queue"

/** Puts every reading into the store, also those that came while nobody had the part. */
export class Recorder extends Actor<Reading> {
    /** @param taken outlives the actor */
    constructor(
        taken: Mailbox<Reading>,
        private readonly queue: ReadingQueue,
    ) {
        super(taken)
    }

    protected override async handle(reading: Reading) {
        await this.queue.append(reading)
    }
}
