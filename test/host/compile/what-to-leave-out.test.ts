import { describe, expect, test } from "vitest"
import { ProgramTooLargeError } from "../../../tools/compile/compile-error"
import { savingsOf } from "../../../tools/compile/what-to-leave-out"
import type { Config, MeterConfig } from "../../../tools/wiring/config"

const heatpump: MeterConfig = { name: "heatpump", model: "pzem-016", address: 1 }
const car: MeterConfig = { name: "car", model: "sdm120", address: 2 }
const line = { driver: "spi-uart" } as const

/** An invented size of a program, in bytes, by its parts. */
async function measure({ services, compression, meters }: Config): Promise<number> {
    const models = new Set(meters.map(({ model }) => model)).size
    const sampled = meters.some(({ statistics }) => statistics?.length)
    const parts = [services === false ? 0 : 4000, compression === false ? 0 : 900, sampled ? 1700 : 0]
    return parts.reduce((sum, bytes) => sum + bytes, 50_000 + 300 * models)
}

describe("the list of parts to leave out of a program that is too large", () => {
    test("lists the parts in use by their savings, largest first", async () => {
        const config: Config = { line, meters: [{ ...heatpump, statistics: ["power"] }, car] }
        expect(await savingsOf(config, await measure(config), measure)).toEqual([
            { what: 'the services, with "services": false', bytes: 4000 },
            { what: 'the "statistics" of the meters', bytes: 1700 },
            { what: 'compression, with "compression": false', bytes: 900 },
            { what: "meters of 1 of the 2 models", bytes: 300 },
        ])
    })

    test("omits parts that have been left out already", async () => {
        const config: Config = { line, services: false, compression: false, meters: [heatpump] }
        expect(await savingsOf(config, await measure(config), measure)).toEqual([])
    })

    test("appears in the error message", () => {
        const savings = [{ what: "meters of 31 of the 32 models", bytes: 9780 }]
        const { message } = new ProgramTooLargeError("src/main.ts", 68_516, 65_423, savings)
        expect(message).toContain("its functions take 68516 bytes; the platform has room for 65423")
        expect(message).toContain(
            "Save 3093 bytes by leaving out parts of devicescript.json:\n  meters of 31 of the 32 models (9780 bytes)",
        )
    })
})
