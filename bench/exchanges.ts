/**
 * Has the simulated device send requests to a server that misbehaves in a different way each time, and prints what
 * remains on the heap:
 *
 *     npx tsx bench/exchanges.ts [exchanges, default 10000] [seed, default 1]
 */
import { soak } from "../test/host/net/soak"

const [exchanges = 10_000, seed = 1] = process.argv.slice(2).map(Number)
console.log(JSON.stringify(await soak(exchanges, seed), undefined, 4))
