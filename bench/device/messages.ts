import * as ds from "@devicescript/core"
import { Mailbox } from "../../src/kernel/mailbox"
import { Topic } from "../../src/kernel/topic"

/** The obvious mailbox: an array with `push` and `shift`. */
class ArrayMailbox {
    private readonly messages: object[] = []
    private waiter: ds.Fiber

    post(message: object) {
        this.messages.push(message)
        const waiter = this.waiter
        this.waiter = undefined
        if (waiter) waiter.resume(undefined)
    }

    async take(): Promise<object> {
        if (this.messages.length === 0) {
            this.waiter = ds.Fiber.self()
            await ds.suspend()
        }
        return this.messages.shift()
    }
}

/** Messages that wait when the receiver gets its turn. */
const BURST = 32
const BURSTS = 250
const ROUNDS = 15

const message = { value: 1 }
const topic = new Topic<object>("messages")
const mailbox = new Mailbox<object>(BURST, "drop-oldest")
const array = new ArrayMailbox()
topic.subscribe(mailbox.post)
let taken = 0

async function takeFromMailbox() {
    for (;;) {
        await mailbox.take()
        taken++
    }
}

async function takeFromArray() {
    for (;;) {
        await array.take()
        taken++
    }
}

async function throughTopic() {
    for (let burst = 0; burst < BURSTS; burst++) {
        for (let i = 0; i < BURST; i++) topic.publish(message)
        await ds.sleep(1)
    }
}

async function throughMailbox() {
    for (let burst = 0; burst < BURSTS; burst++) {
        for (let i = 0; i < BURST; i++) mailbox.post(message)
        await ds.sleep(1)
    }
}

async function throughArray() {
    for (let burst = 0; burst < BURSTS; burst++) {
        for (let i = 0; i < BURST; i++) array.post(message)
        await ds.sleep(1)
    }
}

/** The host measures the time between the two lines. */
async function timed(way: string, run: () => Promise<void>) {
    taken = 0
    await ds.sleep(10)
    console.debug("begin " + way)
    await run()
    console.debug("end " + way + " " + taken)
}

takeFromMailbox.start()
takeFromArray.start()
for (let round = 0; round < ROUNDS; round++) {
    await timed("topic", throughTopic)
    await timed("array", throughArray)
    await timed("mailbox", throughMailbox)
}
console.debug("done")
