import type { Field, Meter, Profile, Reading } from "../../../src/meters/profile"

/** Time between two readings in ms. */
export const PERIOD_MS = 60000

function field(name: string, unit: string, decimals: number): Field {
    return { name, unit, register: 0, type: "u32le", decimals }
}

function profile(model: string, fields: Field[]): Profile {
    return {
        model,
        baud: 9600,
        stopBits: 1,
        address: 1,
        settleMs: 0,
        reads: [],
        fields,
        startingCurrent: 0,
    }
}

/** A profile whose one field nothing follows from. */
export const counterProfile = profile("counter", [field("count", "", 0)])

/** A meter that can only count. */
export const counter: Meter = { name: "counter", profile: counterProfile, address: 7 }

/** A reading that is its own number: it was taken after so many periods. */
export function numbered(number: number): Reading {
    return { meter: counter, at: number * PERIOD_MS, values: [number] }
}

/** A reading that is its own number, and is hard to predict: some 4 bytes in a block. */
export function scattered(number: number): Reading {
    return { meter: counter, at: number * PERIOD_MS, values: [number * 65536 + ((number * 40503) & 0xffff)] }
}

/** The number of a {@link scattered} reading; -1 if it is none. */
export function numberOf(reading: Reading): number {
    const number = Math.floor(reading.values[0] / 65536)
    const isRight = reading.values[0] === scattered(number).values[0] && reading.meter === counter
    return isRight && reading.at === number * PERIOD_MS ? number : -1
}
