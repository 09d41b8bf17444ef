import { reportFault } from "./fault"

/** What {@link Topic.subscribe} returns. */
export interface Subscription {
    closed?: boolean
    /** Ends the subscription; nothing is delivered after it. May be called from anywhere, more than once. */
    unsubscribe: () => void
}

interface Subscriber<T> {
    next: (value: T) => void
    closed: boolean
}

/**
 * A hot observable: what is published goes to whoever is subscribed at that moment, in the order of subscribing.
 *
 * It exists because the platform's own ways lose or break: an emitter hands on only the last of several values, and
 * a `register()` throws for ever after the first unsubscribe. For its operators see `observe`.
 *
 * A subscriber runs inside {@link publish} and so must be quick and cannot suspend; who has work to do posts the
 * value to a {@link Mailbox}. What a subscriber throws is reported as a fault and disturbs neither the publisher
 * nor the other subscribers.
 */
export class Topic<T> {
    /** Replaced, never changed, so that a running `publish` keeps its own list. */
    private subscribers: Subscriber<T>[] = []

    /** @param name what faults of subscribers are reported under */
    constructor(readonly name: string) {}

    /** Delivers `value` to every subscriber before it returns. Never throws. */
    publish(value: T) {
        const subscribers = this.subscribers
        for (let i = 0; i < subscribers.length; i++) {
            const subscriber = subscribers[i]
            if (subscriber.closed) continue
            try {
                subscriber.next(value)
            } catch (e) {
                reportFault("subscriber of " + this.name, e as Error)
            }
        }
    }

    subscribe(next: (value: T) => void): Subscription {
        const self = this
        const subscriber: Subscriber<T> = { next, closed: false }
        const grown = this.subscribers.slice(0)
        grown.push(subscriber)
        this.subscribers = grown
        return {
            unsubscribe: () => {
                if (subscriber.closed) return
                subscriber.closed = true
                self.subscribers = self.subscribers.filter(s => s !== subscriber)
            },
        }
    }

    /** How many subscriptions are open. */
    count(): number {
        return this.subscribers.length
    }
}
