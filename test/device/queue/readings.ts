import type { Meter, Reading } from "../../../src/line/meters/profile"
import type { ReadingQueue } from "../../../src/queue/reading-queue"
import { field, profileOf } from "../profiles"

/** Time between two readings in ms. */
export const PERIOD_MS = 60000

/** A meter whose readings consist of a running number and some noise. */
export const counter: Meter = {
    name: "counter",
    profile: profileOf("counter", [field("number", "", 0), field("noise", "", 0)]),
    address: 7,
}

/** The reading with this number, taken after as many periods. It takes some 2.5 bytes in a block. */
export function numbered(number: number): Reading {
    return { meter: counter, at: number * PERIOD_MS, values: [number, (number * 40503) & 0xffff] }
}

/** The number of a {@link numbered} reading; -1 for any other. */
export function numberOf(reading: Reading): number {
    const number = reading.values[0]
    const expected = numbered(number)
    const isRight = reading.values[1] === expected.values[1] && reading.at === expected.at
    return isRight && reading.meter === counter && reading.values.length === 2 ? number : -1
}

/** Readings that a queue has lost, for whatever reason. */
export function lost({ losses }: ReadingQueue): number {
    return losses.crowdedOut + losses.damaged + losses.undatable
}
