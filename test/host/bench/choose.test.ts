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

test("without names all benches run", () => {
    expect(names(chooseBenches([], all))).toEqual(["size", "memory", "uplink"])
})

test("named ones run in the order of the names, each once", () => {
    expect(names(chooseBenches(["uplink", "size", "uplink"], all))).toEqual(["uplink", "size"])
})

test("an unknown name is answered with the names there are", () => {
    const choose = () => chooseBenches(["size", "speed"], all)
    expect(choose).toThrow(UnknownBench)
    expect(choose).toThrow('there is no bench "speed"; choose from size, memory, uplink')
})

test("no two benches share a name", () => {
    expect(new Set(names(benches)).size).toBe(benches.length)
})
