import { reportFault } from "./fault"

/** Whatever is subscribed to some topic. */
export type Listener = (value: never) => void

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
    /** Functions and nothing else, to save heap. Replaced, never changed, so that a running `publish` keeps its own list. */
    private subscribers: ((value: T) => void)[] = []

    /** @param name what faults of subscribers are reported under */
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

    /** @param next not one that is subscribed already; {@link unsubscribe} wants the same */
    subscribe(next: (value: T) => void) {
        const grown = this.subscribers.slice(0)
        grown.push(next)
        this.subscribers = grown
    }

    /**
     * Ends the subscription with this function; nothing is delivered to it any more. May be called from anywhere, more
     * than once.
     */
    unsubscribe(next: Listener) {
        this.subscribers = this.subscribers.filter(s => s !== next)
    }
}
