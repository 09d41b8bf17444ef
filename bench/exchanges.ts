/**
 * Lets the simulated device make requests to a server that misbehaves in another way each time, and prints what that
 * leaves in the heap:
 *
 *     npx tsx bench/exchanges.ts [exchanges, else 10000] [seed, else 1]
 */
import { soak } from "../test/host/net/soak"

const [exchanges = 10_000, seed = 1] = process.argv.slice(2).map(Number)
console.log(JSON.stringify(await soak(exchanges, seed), undefined, 4))
