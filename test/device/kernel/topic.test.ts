import { describe, expect, test } from "@devicescript/test"
import { onFault } from "../../../src/kernel/fault"
import { Topic } from "../../../src/kernel/topic"
import { subscriptions } from "./subscriptions"

describe("topic", () => {
    test("delivers in subscription order before publish returns", () => {
        const topic = new Topic<number>("t")
        const seen: string[] = []
        topic.subscribe(v => seen.push("a" + v))
        topic.subscribe(v => seen.push("b" + v))
        topic.publish(1)
        topic.publish(2)
        expect(seen.join(" ")).toBe("a1 b1 a2 b2")
    })

    test("publishes after an unsubscribe (the platform's register throws here)", () => {
        const topic = new Topic<number>("t")
        const seen: number[] = []
        const first = (v: number) => {
            seen.push(v)
        }
        topic.subscribe(first)
        topic.subscribe(v => seen.push(v * 10))
        topic.unsubscribe(first)
        topic.unsubscribe(first)
        topic.publish(1)
        expect(seen.join(" ")).toBe("10")
        expect(subscriptions(topic)).toBe(1)
    })

    test("handles unsubscribing inside a callback without skips or repeats", () => {
        const topic = new Topic<number>("t")
        const seen: string[] = []
        const once = (v: number) => {
            seen.push("once" + v)
            topic.unsubscribe(once)
        }
        topic.subscribe(once)
        topic.subscribe(v => seen.push("b" + v))
        topic.publish(1)
        topic.publish(2)
        expect(seen.join(" ")).toBe("once1 b1 b2")
    })

    test("does not deliver to a subscriber that an earlier one has removed", () => {
        const topic = new Topic<number>("t")
        const seen: string[] = []
        const victim = (v: number) => {
            seen.push("victim" + v)
        }
        topic.subscribe(() => topic.unsubscribe(victim))
        topic.subscribe(victim)
        topic.subscribe(v => seen.push("c" + v))
        topic.publish(1)
        expect(seen.join(" ")).toBe("c1")
    })

    test("delivers to a subscriber added in a callback from the next value on", () => {
        const topic = new Topic<number>("t")
        const seen: string[] = []
        const outer = () => {
            topic.unsubscribe(outer)
            topic.subscribe(v => seen.push("new" + v))
        }
        topic.subscribe(outer)
        topic.publish(1)
        topic.publish(2)
        expect(seen.join(" ")).toBe("new2")
    })

    test("reports a subscriber that throws, and keeps serving the others", () => {
        const topic = new Topic<number>("readings")
        const seen: number[] = []
        const faults: string[] = []
        onFault((where, error) => faults.push(where + ": " + error.message))
        topic.subscribe(() => {
            throw new RangeError("broken")
        })
        topic.subscribe(v => seen.push(v))
        topic.publish(1)
        topic.publish(2)
        expect(seen.join(" ")).toBe("1 2")
        expect(faults.join("; ")).toBe("subscriber of readings: broken; subscriber of readings: broken")
    })

    test("delivers a value published inside a callback", () => {
        const topic = new Topic<number>("t")
        const seen: number[] = []
        topic.subscribe(v => {
            if (v === 1) topic.publish(2)
        })
        topic.subscribe(v => seen.push(v))
        topic.publish(1)
        expect(seen.join(" ")).toBe("2 1")
    })
})
