import { Actor } from "../kernel/actor"
import { Mailbox } from "../kernel/mailbox"
import type { Topic } from "../kernel/topic"
import type { Reading } from "../meters/profile"
import type { ReadingQueue } from "../store/reading-queue"

/** Puts every reading into the store. */
export class Recorder extends Actor<Reading> {
    constructor(
        readings: Topic<Reading>,
        private readonly queue: ReadingQueue,
    ) {
        super(new Mailbox<Reading>(32, "drop-oldest"))
        this.receive(readings)
    }

    protected override async handle(reading: Reading) {
        await this.queue.append(reading)
    }
}
