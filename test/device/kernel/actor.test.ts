import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { Actor } from "../../../src/kernel/actor"
import { Mailbox } from "../../../src/kernel/mailbox"
import { Topic } from "../../../src/kernel/topic"
import { subscriptions } from "./subscriptions"

class Recorder extends Actor<number> {
    readonly seen: string[] = []
    private due: number

    constructor(
        topic: Topic<number>,
        private readonly everyMs?: number,
    ) {
        super(new Mailbox<number>(8, "drop-oldest"))
        this.listen(topic, this.mailbox.post)
    }

    protected override async started() {
        this.seen.push("started")
        if (this.everyMs !== undefined) this.due = ds.millis() + this.everyMs
    }

    protected override async handle(message: number) {
        await ds.sleep(2)
        this.seen.push("" + message)
    }

    protected override nextDue() {
        return this.due
    }

    protected override async tick() {
        this.due = this.due + this.everyMs
        this.seen.push("tick")
    }
}

/** An actor that does nothing, neither for a message nor when work is due. */
class Idler extends Actor<number> {
    override readonly mailbox = new Mailbox<number>(8, "drop-oldest")

    protected override async started() {
        this.dueAt = ds.millis() + 10
    }
}

describe("actor", () => {
    test("handles one message at a time, in order", async () => {
        const topic = new Topic<number>("numbers")
        const actor = new Recorder(topic)
        actor.run.start()
        topic.publish(1)
        topic.publish(2)
        topic.publish(0)
        await ds.sleep(30)
        expect(actor.seen.join(" ")).toBe("started 1 2 0")
        actor.stop()
    })

    test("does periodic work between messages", async () => {
        const topic = new Topic<number>("numbers")
        const actor = new Recorder(topic, 50)
        actor.run.start()
        await ds.sleep(20)
        topic.publish(1)
        await ds.sleep(60)
        topic.publish(2)
        await ds.sleep(50)
        expect(actor.seen.join(" ")).toBe("started 1 tick 2 tick")
        actor.stop()
    })

    test("neither receives nor runs after stop", async () => {
        const topic = new Topic<number>("numbers")
        const actor = new Recorder(topic, 10)
        let ended = false
        const life = async () => {
            await actor.run()
            ended = true
        }
        life.start()
        await ds.sleep(5)
        actor.stop()
        topic.publish(1)
        await ds.sleep(30)
        expect(ended).toBe(true)
        expect(actor.seen.join(" ")).toBe("started")
        expect(subscriptions(topic)).toBe(0)
    })

    test("drops messages that it does not handle, and lives on", async () => {
        const actor = new Idler()
        actor.run.start()
        const { mailbox } = actor
        mailbox.post(1)
        mailbox.post(2)
        await ds.sleep(30)
        expect(mailbox.waiting.length).toBe(0)
        expect(ds.millis() - actor.beat < 20).toBe(true)
        actor.stop()
    })

    test("updates its heartbeat", async () => {
        const topic = new Topic<number>("numbers")
        const actor = new Recorder(topic, 10)
        const made = actor.beat
        actor.run.start()
        await ds.sleep(40)
        expect(actor.beat > made).toBe(true)
        actor.stop()
    })
})
