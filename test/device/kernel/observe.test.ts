import * as ds from "@devicescript/core"
import { filter, map } from "@devicescript/observables"
import { describe, expect, test } from "@devicescript/test"
import { observe } from "../../../src/kernel/observe"
import { Topic } from "../../../src/kernel/topic"
import { subscriptions } from "./subscriptions"

describe("observe", () => {
    test("passes every value to the platform's operators in order", async () => {
        const topic = new Topic<number>("t")
        const seen: number[] = []
        observe(topic)
            .pipe(
                map(v => v * 2),
                filter(v => v !== 4),
            )
            .subscribe(v => {
                seen.push(v)
            })
        for (let i = 1; i <= 4; i++) topic.publish(i)
        await ds.sleep(5)
        expect(seen.join(" ")).toBe("2 6 8")
    })

    test("releases the topic on unsubscribe", async () => {
        const topic = new Topic<number>("t")
        const seen: number[] = []
        const subscription = observe(topic).subscribe(v => {
            seen.push(v)
        })
        topic.publish(1)
        await ds.sleep(5)
        subscription.unsubscribe()
        topic.publish(2)
        await ds.sleep(5)
        expect(seen.join(" ")).toBe("1")
        expect(subscriptions(topic)).toBe(0)
    })
})
