import type { Topic } from "../../../src/kernel/topic"

/** How many subscriptions to a topic are open. */
export function subscriptions<T>(topic: Topic<T>): number {
    return (topic as unknown as { subscribers: unknown[] }).subscribers.length
}
