import { reportFault } from "./fault"

/** A subscriber to a topic of any type. */
export type Listener = (value: never) => void

/**
 * A hot observable: a value goes to everyone subscribed at that moment, in the order of subscription.
 *
 * The platform's own means lose values or break: an emitter passes on only the last of several values, and a `register()`
 * throws forever after the first unsubscribe. For the operators of observables, see `observe`.
 *
 * A subscriber runs inside {@link publish}, so it must be quick and cannot suspend; for longer work it posts the value to a
 * {@link Mailbox}. An exception in a subscriber is reported as a fault and disturbs neither the publisher nor the other
 * subscribers.
 */
export class Topic<T> {
    /** Bare functions, to save heap. The list is replaced, never modified, so a running `publish` keeps its own. */
    private subscribers: ((value: T) => void)[] = []

    /** @param name under which faults of subscribers are reported */
    constructor(readonly name: string) {}

    /** Delivers `value` to every subscriber before it returns. Never throws. */
    publish(value: T) {
        const { subscribers } = this
        for (let i = 0; i < subscribers.length; i++) {
            const next = subscribers[i]
            if (subscribers !== this.subscribers && !this.subscribers.includes(next)) continue
            try {
                next(value)
            } catch (e) {
                reportFault("subscriber of " + this.name, e as Error)
            }
        }
    }

    /** @param next must not be subscribed already; pass the same function to {@link unsubscribe} */
    subscribe(next: (value: T) => void) {
        const grown = this.subscribers.slice(0)
        grown.push(next)
        this.subscribers = grown
    }

    /**
     * Ends the subscription of this function; it receives nothing more. Can be called from anywhere, and more than once.
     */
    unsubscribe(next: Listener) {
        this.subscribers = this.subscribers.filter(s => s !== next)
    }
}
