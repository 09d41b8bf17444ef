import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import type { MeterModel } from "../../../sim/meter/meter-model"
import { compileProgram } from "../../../tools/compile/compile"
import { FUNCTIONS_LIMIT } from "../../../tools/compile/release/check"
import { modelIds, readModel } from "../../../tools/meters/catalog"
import { generateProfile } from "../../../tools/meters/generate-profile"
import { projectRoot } from "../../../tools/project"
import type { Config } from "../../../tools/wiring/config"
import { ConfigError } from "../../../tools/wiring/config-error"
import { defaultConfig } from "../../../tools/wiring/default-config"
import { wiringOf } from "../../../tools/wiring/read-wiring"

/** Bytes that all functions for reading registers take, of which each model needs only some. */
const READERS = 800

const MOST_METERS = 10

function compiledSize(config: Config): Promise<number> {
    const options = { entry: "src/main.ts", target: "device", config, anySize: true } as const
    return compileProgram(options).then(({ sizes }) => sizes.functions)
}

/** Names of the fields that a reading can have. */
function fieldsOf({ fields }: MeterModel): string[] {
    return fields.flatMap(({ name, hidden }) => (hidden ? [] : [name]))
}

/**
 * The shipped model that has the longest source with a single field, not counting tables, which take no room among the
 * functions. With more fields there would be heap for fewer meters, and less code altogether.
 */
function largestModel(): MeterModel {
    const length = (model: MeterModel) => {
        const fields = fieldsOf(model).slice(0, 1)
        const { functions, expression } = generateProfile(model, "profile", { fields })
        return [...functions, expression].join("").replace(/hex`\w*`/g, "").length
    }
    return modelIds(projectRoot)
        .map(id => readModel(id, projectRoot))
        .reduce((a, b) => (length(b) > length(a) ? b : a))
}

/**
 * All parts, and as many meters as there is heap for. Each has other fields than the others, so that each needs code of its
 * own, and as few as possible, because fields take heap.
 */
async function largestConfig(line: Config["line"]): Promise<Config> {
    const largest = largestModel()
    const model = largest.id
    const names = fieldsOf(largest)
    const meter = (i: number) => ({
        name: `meter-number-${i + 1}`,
        model,
        address: i + 1,
        fields: [
            ...new Set([names[i % names.length]!, names[(i + Math.floor(i / names.length)) % names.length]!]),
        ],
        ...(i === 0 && { statistics: [names[0]!] }),
    })
    let accepted: Config | undefined
    for (let count = 1; count <= MOST_METERS; count++) {
        const meters = Array.from({ length: count }, (_, i) => meter(i))
        const config: Config = {
            ...defaultConfig,
            line: { ...line, timeoutMs: 1000, pauseMs: 500 },
            store: { driver: "eeprom" },
            meters,
            pollSeconds: 60,
        }
        try {
            await wiringOf(config, "device", projectRoot)
            accepted = config
        } catch (error) {
            if (!(error instanceof ConfigError) || !error.message.includes("too much memory")) throw error
            break
        }
    }
    return accepted!
}

// So `configure` need not reckon with code. Once this fails, it must, as it does with heap.
test.each<Config["line"]>([
    { driver: "spi-uart", de: "RS485_DE" },
    { driver: "sc16is7xx", crystalHz: 14745600 },
    { driver: "tcp", host: "gateway", connectDelayMs: 100 },
    { driver: "jacdac-serial" },
])(
    "the largest wiring of shipped models that the heap has room for fits into the program: $driver",
    async line => {
        const config = await largestConfig(line)
        expect(config.meters.length).toBeGreaterThanOrEqual(7)
        expect(await compiledSize(config)).toBeLessThan(FUNCTIONS_LIMIT - READERS)
    },
)

test("a wiring is too large with a model of the owner's own that has 200 settings, and the build says what to leave out", async () => {
    const folder = await mkdtemp(join(tmpdir(), "largest-"))
    try {
        const model = join(folder, "my-meter.json")
        const setting = (i: number) => [
            i === 0 ? "address" : `s${i}`,
            { at: i, unit: "V", min: 1, max: 247 - i },
        ]
        const settings = Object.fromEntries(Array.from({ length: 200 }, (_, i) => setting(i)))
        await writeFile(model, JSON.stringify({ like: "pzem-016", name: "Mine", source: "a try", settings }))
        const meters = [{ name: "mine", model, address: 1 }]
        const config: Config = { ...defaultConfig, store: { driver: "fram" }, meters }
        const build = compileProgram({ entry: "src/main.ts", target: "device", config })
        await expect(build).rejects.toThrow('the services, with "services": false')
    } finally {
        await rm(folder, { recursive: true })
    }
})
