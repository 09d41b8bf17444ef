import { Child } from "./child"

/**
 * Looks on the line behind an RS485 adapter for meters, with `npm start -- --scan`.
 * @returns their addresses; `undefined` when it could not be looked
 */
export function scanAdapter(port: string): Promise<number[] | undefined> {
    return scan("cli/start/main.ts", ["--scan", "--serial", port, "--json"])
}

/**
 * Looks on the line of a chip that has emonscript, with `npm run device -- scan`. The program on it saves what waits, and is
 * back afterwards.
 * @returns their addresses; `undefined` when it could not be looked
 */
export function scanChip(port: string): Promise<number[] | undefined> {
    return scan("cli/device/main.ts", ["--serial", port, "scan", "--yes", "--json"])
}

async function scan(script: string, args: readonly string[]): Promise<number[] | undefined> {
    const child = new Child(script, args)
    if ((await child.ended) !== 0) return undefined
    const addresses = [...child.said.matchAll(/address (\d{1,3}): /g)].map(([, address]) => Number(address))
    return [...new Set(addresses)].sort((a, b) => a - b)
}
