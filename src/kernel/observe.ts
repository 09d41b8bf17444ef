import { Observable } from "@devicescript/observables"
import type { Topic } from "./topic"

/**
 * A topic as an observable of `@devicescript/observables`, for its operators:
 *
 * ```ts
 * observe(readings).pipe(map(r => r.values[2]), ewma(0.2)).subscribe(...)
 * ```
 *
 * Values reach the pipeline in order, one fiber step after they were published. A pipeline costs 2 to 3 KB of heap,
 * so programs that need no operator subscribe to the topic itself.
 */
export function observe<T>(topic: Topic<T>): Observable<T> {
    return new Observable<T>(observer => {
        const deliver = async (value: T) => {
            await observer.next(value)
        }
        const next = (value: T) => {
            deliver.start(value)
        }
        topic.subscribe(next)
        return () => topic.unsubscribe(next)
    })
}
