// Topics: anyone publishes, anyone listens, and no listener disturbs another.

import { filter, map } from "@devicescript/observables"
import { observe } from "../src/kernel/observe"
import { Topic } from "../src/kernel/topic"

interface Temperature {
    readonly room: string
    readonly celsius: number
}

const temperatures = new Topic<Temperature>("temperatures")

function print({ room, celsius }: Temperature) {
    console.log(room + ": " + celsius)
}

temperatures.subscribe(print)
// A listener that throws is reported as a fault. The others hear everything.
temperatures.subscribe(() => {
    throw new Error("only whole degrees")
})
// `observe` makes an observable of a topic, for operators.
await observe(temperatures)
    .pipe(
        filter(({ celsius }) => celsius > 24),
        map(({ room }) => room),
    )
    .subscribe(async room => {
        console.log("open a window in the " + room)
    })

temperatures.publish({ room: "kitchen", celsius: 25 })
temperatures.unsubscribe(print)
temperatures.publish({ room: "cellar", celsius: 12 })
