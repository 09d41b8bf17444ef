import type { Bench } from "./bench"

/** There is no bench of this name. */
export class UnknownBench extends Error {
    constructor(
        readonly given: string,
        readonly known: readonly string[],
    ) {
        super(`there is no bench "${given}"; choose from ${known.join(", ")}`)
        this.name = "UnknownBench"
    }
}

/**
 * The named benches, in the order of the names and each only once. Without names, all but those that must be named.
 * @throws UnknownBench
 */
export function chooseBenches(names: readonly string[], benches: readonly Bench[]): readonly Bench[] {
    if (names.length === 0) return benches.filter(({ onlyByName }) => !onlyByName)
    return [...new Set(names)].map(name => {
        const bench = benches.find(b => b.name === name)
        if (!bench)
            throw new UnknownBench(
                name,
                benches.map(b => b.name),
            )
        return bench
    })
}
