import { expect, test } from "vitest"
import type { Bench } from "../../../bench/bench"
import { benches } from "../../../bench/benches"
import { chooseBenches, UnknownBench } from "../../../bench/choose"

const bench = (name: string): Bench => ({
    name,
    subject: name,
    method: "",
    measure: async () => ({ figures: {}, tables: [] }),
})
const all = [bench("size"), bench("memory"), bench("uplink")]
const names = (chosen: readonly Bench[]) => chosen.map(b => b.name)

test("runs all benches when no name is given", () => {
    expect(names(chooseBenches([], all))).toEqual(["size", "memory", "uplink"])
})

test("runs the named benches in the given order, each once", () => {
    expect(names(chooseBenches(["uplink", "size", "uplink"], all))).toEqual(["uplink", "size"])
})

test("refuses an unknown name and lists the valid ones", () => {
    const choose = () => chooseBenches(["size", "speed"], all)
    expect(choose).toThrow(UnknownBench)
    expect(choose).toThrow('there is no bench "speed"; choose from size, memory, uplink')
})

test("no two benches share a name", () => {
    expect(new Set(names(benches)).size).toBe(benches.length)
})
