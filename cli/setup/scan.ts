import { Child } from "./child"

/**
 * Looks on the line behind an RS485 adapter for meters, with `npm start -- --scan`.
 * @returns their addresses; `undefined` when it could not be looked
 */
export async function scanAdapter(port: string): Promise<number[] | undefined> {
    const child = new Child("cli/start/main.ts", ["--scan", "--serial", port, "--json"])
    if ((await child.ended) !== 0) return undefined
    const addresses = [...child.said.matchAll(/address (\d{1,3}): /g)].map(([, address]) => Number(address))
    return [...new Set(addresses)].sort((a, b) => a - b)
}
