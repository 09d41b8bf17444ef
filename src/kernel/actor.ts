import * as ds from "@devicescript/core"
import type { Mailbox } from "./mailbox"
import type { Listener, Topic } from "./topic"

/** An idle actor goes around its loop at least this often, in ms, so that its heartbeat shows that it is alive. */
const IDLE_BEAT_MS = 5000

/** A topic of any type. */
interface Subscribed {
    unsubscribe(next: Listener): void
}

/**
 * A part of the program with its own state and one fiber, which does one thing at a time: it handles the next message, or
 * does the periodic work when that is due. Actors never call each other; they publish on topics and receive in their mailbox.
 *
 * An actor runs only once: the supervisor replaces a failed one with a new one.
 */
export abstract class Actor<M> {
    /** `ds.millis()` when the fiber last went around its loop: the heartbeat. */
    beat = ds.millis()
    /** `ds.millis()` at which {@link tick} is due; `Infinity` for no periodic work. */
    protected dueAt = Infinity
    private stopped = false
    /** Subscriptions as a flat list: a topic, its listener, the next topic, and so on. */
    private readonly heard: (Subscribed | Listener)[] = []

    /** @param mailbox omitted by an actor that only does periodic work; a subclass with a mailbox redeclares the field */
    constructor(protected readonly mailbox?: Mailbox<M>) {}

    /**
     * The fiber's body. Returns after {@link stop}; throws what the actor's own code throws.
     */
    async run(): Promise<void> {
        await this.started()
        while (!this.stopped) {
            this.beat = ds.millis()
            const rest = Math.min(this.nextDue() - this.beat, IDLE_BEAT_MS)
            let message: M | undefined
            if (this.mailbox) message = await this.mailbox.take(rest)
            else await ds.sleep(Math.max(rest, 1))
            if (this.stopped) {
                // put it back: the mailbox may outlive this actor
                if (message !== undefined) (this.mailbox as Mailbox<M>).waiting.unshift(message)
                return
            }
            if (message !== undefined) await this.handle(message)
            else if (ds.millis() >= this.nextDue()) await this.tick()
        }
    }

    /** Ends the subscriptions at once, and the fiber when it next goes around its loop. */
    stop() {
        this.stopped = true
        const { heard } = this
        for (let i = 0; i < heard.length; i += 2)
            (heard[i] as Subscribed).unsubscribe(heard[i + 1] as Listener)
        if (this.mailbox) this.mailbox.wake()
    }

    /** Calls `next` with each value of a topic until the actor stops. `next` runs in the publisher's fiber. */
    protected listen<T>(topic: Topic<T>, next: (value: T) => void) {
        topic.subscribe(next)
        this.heard.push(topic, next)
    }

    /** Runs in the fiber once, before the loop. */
    protected async started(): Promise<void> {}

    /** Handles one message from the mailbox. */
    protected async handle(_message: M): Promise<void> {}

    /** When {@link tick} is due. Overridden where that depends on more than {@link dueAt}. */
    protected nextDue(): number {
        return this.dueAt
    }

    /** Does the periodic work and sets {@link dueAt}. */
    protected async tick(): Promise<void> {}
}
