// Actors: a sensor publishes, an averager logs the mean. The sensor fails now and then, and the supervisor replaces it.

import * as ds from "@devicescript/core"
import { Actor } from "../src/kernel/actor"
import { Mailbox } from "../src/kernel/mailbox"
import { Supervisor } from "../src/kernel/supervisor"
import { Topic } from "../src/kernel/topic"

const SAMPLE_MS = 1000
const AVERAGE_OF = 3
const FAILS_AFTER = 4

const samples = new Topic<number>("samples")

/** Does something periodically: an actor with `tick`, and no mailbox. */
class Sensor extends Actor<undefined> {
    private taken = 0

    protected override async started() {
        console.log("sensor: started")
        this.dueAt = ds.millis()
    }

    protected override async tick() {
        if (this.taken === FAILS_AFTER) throw new Error("the wire is broken")
        this.taken++
        samples.publish(20 + 3 * this.taken)
        this.dueAt = this.dueAt + SAMPLE_MS
    }
}

/** Reacts to messages: an actor with a mailbox, which drops the oldest message when it is full. */
class Averager extends Actor<number> {
    declare protected readonly mailbox: Mailbox<number>
    private readonly last: number[] = []

    constructor() {
        super(new Mailbox<number>(8, "drop-oldest"))
        this.listen(samples, this.take)
    }

    private take(sample: number) {
        this.mailbox.post(sample)
    }

    protected override async handle(sample: number) {
        const { last } = this
        last.push(sample)
        if (last.length < AVERAGE_OF) return
        let sum = 0
        for (const value of last) sum = sum + value
        console.log("average: " + sum / AVERAGE_OF)
        while (last.length > 0) last.pop()
    }
}

const supervisor = new Supervisor(
    { intensity: 5, periodMs: 60000, backoffMs: 1000, maxBackoffMs: 8000 },
    ({ child, escalated }) => {
        // `escalated`: more failures in the period than the intensity allows, so replacing actors does not help.
        console.log(child + " failed, " + (escalated ? "the program restarts" : "a new one starts"))
        if (escalated) ds.restart()
    },
)
// Listeners first, so that they miss nothing.
supervisor.add("averager", () => new Averager())
supervisor.add("sensor", () => new Sensor())
supervisor.start()
