import * as ds from "@devicescript/core"
import type { Mailbox } from "./mailbox"
import type { Listener, Topic } from "./topic"

/** An idle actor comes round its loop at least this often, in ms, so that its heartbeat shows it could work. */
const IDLE_BEAT_MS = 5000

/** A topic, whatever it is about. */
interface Subscribed {
    unsubscribe(next: Listener): void
}

/**
 * A piece of the program with a state of its own and one fiber that does one thing at a time: handle the next
 * message, or the periodic work when it is due. Actors never call each other; they publish on topics and receive in
 * their mailbox.
 *
 * An actor is started once and never again: a supervisor replaces a failed one by a new one.
 */
export abstract class Actor<M> {
    /** `ds.millis()` when the fiber last came round its loop: the heartbeat. */
    beat = ds.millis()
    /** `ds.millis()` at which {@link tick} is due; `Infinity` for no periodic work. */
    protected dueAt = Infinity
    private stopped = false
    /** What it listens to: a topic, who listens to that, the next topic, and so on. */
    private readonly heard: (Subscribed | Listener)[] = []

    /** @param mailbox left out by an actor that gets no messages and does periodic work only; who uses its own declares it */
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
                // a mailbox may outlive its actor
                if (message !== undefined) (this.mailbox as Mailbox<M>).waiting.unshift(message)
                return
            }
            if (message !== undefined) await this.handle(message)
            else if (ds.millis() >= this.nextDue()) await this.tick()
        }
    }

    /** Ends the subscriptions at once and the fiber as soon as it comes round its loop. */
    stop() {
        this.stopped = true
        const { heard } = this
        for (let i = 0; i < heard.length; i += 2)
            (heard[i] as Subscribed).unsubscribe(heard[i + 1] as Listener)
        if (this.mailbox) this.mailbox.wake()
    }

    /** Calls `next` for what a topic publishes, until the actor stops. `next` runs in the publisher's fiber. */
    protected listen<T>(topic: Topic<T>, next: (value: T) => void) {
        topic.subscribe(next)
        this.heard.push(topic, next)
    }

    /** Runs first in the fiber. */
    protected async started(): Promise<void> {}

    /** One message from the mailbox. */
    protected async handle(_message: M): Promise<void> {}

    /** {@link dueAt}, where that is not all that makes {@link tick} due. */
    protected nextDue(): number {
        return this.dueAt
    }

    /** The periodic work; sets {@link dueAt}. */
    protected async tick(): Promise<void> {}
}
