import { afterEach, expect, test } from "vitest"
import type { VirtualClock } from "../../../sim/clock"
import type { Load } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { build, closeHouses, type House, MORNING, NODE } from "./house"

afterEach(closeHouses)

/** A load whose power encodes the time: 1000 W, plus 1 W for each second since the morning. */
const TELLING_TIME: Load = time => {
    const power = 1000 + Math.round((time - MORNING) / 1000)
    return { voltage: 230, current: power / 230, power, frequency: 50 }
}

const slaves = (clock: VirtualClock) => [pzem016({ clock, load: TELLING_TIME })]

/** When a reading was really taken, in seconds since the Unix epoch, according to its power. */
function takenAt(power: number): number {
    return MORNING / 1000 + power - 1000
}

/** In seconds. A meter renews its values once a second, the server's date has whole seconds, and this load rounds. */
const TOLERANCE = 2.5

/** Creates a feed with slots of 10 s for an input. */
async function logToFeed(house: House, input: string): Promise<number> {
    const call = async <T>(path: string, form?: string): Promise<T> => {
        const response = await fetch(house.origin + path, {
            method: form === undefined ? "GET" : "POST",
            headers: {
                Authorization: `Bearer ${house.server.writeKey}`,
                "Content-Type": "application/x-www-form-urlencoded",
            },
            body: form,
        })
        return response.json() as Promise<T>
    }
    const { feedid } = await call<{ feedid: number }>(
        '/feed/create.json?tag=t&name=f&engine=5&options={"interval":10}',
    )
    const list = await call<{ id: string; name: string }[]>("/input/list.json")
    const { id } = list.find(({ name }) => name === input)!
    const steps = JSON.stringify([{ fn: "process__log_to_feed", args: [feedid] }])
    await call(`/input/process/set.json?inputid=${id}`, `processlist=${steps}`)
    return feedid
}

test("a feed gets the right value for every slot of an hour", async () => {
    const house = await build({ slaves })
    await house.until("the inputs are there", () => house.at("power").length > 0)
    const feed = await house.clock.hold(logToFeed(house, "power"))
    await house.pass(3600)

    const points = house.server.feedPoints(feed)
    expect(points.length).toBeGreaterThan(355)
    points.forEach(([time, value], slot) => {
        expect(time).toBe(points[0]![0] + 10 * slot)
        expect(Math.abs(takenAt(value) - time)).toBeLessThan(TOLERANCE)
    })
})

test.each(["content-length", "chunked"] as const)(
    "inputs have the last value and its time, with framing by %s",
    async framing => {
        const house = await build({ slaves, framing })
        await house.until("readings arrive", () => house.counters.accepted >= 12)
        const inputs = house.server.inputs().get(NODE)!
        const { time, value } = inputs.get("power")!
        expect(Math.abs(takenAt(value as number) - time!)).toBeLessThan(TOLERANCE)
        expect(inputs.get("energy")!.time).toBe(time)
        expect(house.counters.uploadErrors).toBe(0)
    },
)

// Before the first aligned poll the readings lie anywhere between the slots.
test.each([0, 4.9, 5.1])("no two readings share a slot if started %d s into one", async seconds => {
    const start = Math.floor(MORNING / 10_000) * 10_000 + seconds * 1000
    const house = await build({ slaves, start })
    await house.until("readings arrive", () => house.counters.accepted >= 9)
    const times = house.at("power").map(({ time }) => time)
    expect(new Set(times).size).toBe(times.length)
    for (const { time, value } of house.at("power").slice(1)) {
        expect(Math.abs(takenAt(value!) - time)).toBeLessThan(TOLERANCE)
    }
})

test("readings from before the server's first answer get their times from it", async () => {
    const house = await build({ slaves, away: true })
    await house.pass(300)
    expect(house.counters.readings).toBeGreaterThan(28)
    const { readings } = house.counters
    await house.bringServer()
    await house.until("the queue is empty", () => house.counters.accepted >= readings)
    const power = house.at("power")
    expect(power[0]!.time).toBeLessThan(MORNING / 1000 + 15)
    expect(new Set(power.map(({ time }) => time)).size).toBe(power.length)
    // Their polls were not aligned, so each can be half a slot away from its label.
    for (const { time, value } of power) {
        expect(Math.abs(takenAt(value!) - time)).toBeLessThan(5 + TOLERANCE)
    }
})
