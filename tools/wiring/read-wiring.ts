import { join } from "node:path"
import type { MeterModel } from "../../sim/meter/meter-model"
import { readModel, UnknownModelError } from "../meters/catalog"
import { readingFields } from "../meters/statistic-fields"
import { readBytesIfThere } from "../read-if-there"
import type { Board } from "./boards"
import type { Config, Line, MeterConfig, Store, Target, Wiring } from "./config"
import { ConfigError, type Mistake } from "./config-error"
import { configText } from "./config-text"
import { heapMistakes } from "./heap-taken"
import { inputSetMistakes, uploadedFields } from "./input-sets"
import { JsonSource } from "./json-source"
import { lineSpeed } from "./line-speed"
import {
    checkBoard,
    fieldMistakes,
    inputMistakes,
    missingParts,
    repeatedMeters,
    sharedI2cAddress,
} from "./meaning-check"
import { normalized } from "./normalize"
import { defaults, schemaMistakes } from "./schema-check"
import { statisticMistakes } from "./statistics-check"

/** Name of the configuration file in the project folder. */
export const CONFIG_FILE = "devicescript.json"

/**
 * Reads and checks `devicescript.json`.
 * @param root the project folder
 * @throws ConfigError when the file is missing or contains mistakes
 */
export async function readWiring(target: Target, root: string): Promise<Wiring> {
    return wiringOfText(await readConfigText(root), target, root)
}

/**
 * Checks the text of `devicescript.json`.
 * @throws ConfigError when it contains mistakes
 */
export async function wiringOfText(text: string, target: Target, root: string): Promise<Wiring> {
    const source = new JsonSource(text)
    if (source.mistakes.length > 0) throw new ConfigError(CONFIG_FILE, source.mistakes)
    const result = await examine(normalized(source.value), target, root)
    if ("wiring" in result) return result.wiring
    throw new ConfigError(CONFIG_FILE, source.locate(result.mistakes))
}

/**
 * Reads and checks `devicescript.json`, and returns it as its owner wrote it.
 * @param root the project folder
 * @throws ConfigError when the file is missing or contains mistakes
 */
export async function readConfig(root: string): Promise<Config> {
    await readWiring("device", root)
    return normalized(new JsonSource(await readConfigText(root)).value) as Config
}

/**
 * Checks a configuration that does not come from a file.
 * @throws ConfigError when it contains mistakes
 */
export async function wiringOf(config: Config, target: Target, root: string): Promise<Wiring> {
    const result = await examine(normalized(config), target, root)
    if ("wiring" in result) return result.wiring
    throw new ConfigError("the configuration", result.mistakes)
}

/**
 * Reads the text of `devicescript.json`.
 * @throws ConfigError when the file is missing, or in an unknown encoding
 */
export async function readConfigText(root: string): Promise<string> {
    const bytes = await readBytesIfThere(join(root, CONFIG_FILE))
    if (bytes) return configText(CONFIG_FILE, bytes)
    const cure = "Restore the project's file (git checkout devicescript.json) and adapt it."
    throw new ConfigError(CONFIG_FILE, [{ path: "", problem: "The file is missing", cure }])
}

type Examination = { wiring: Wiring } | { mistakes: Mistake[] }

/** Checks in stages. A stage reports all mistakes that it finds, and the next one runs only if there are none. */
async function examine(value: unknown, target: Target, root: string): Promise<Examination> {
    const { models, mistakes: unknownModels } = findModels(value, root)
    const malformed = [...schemaMistakes(value), ...unknownModels]
    if (malformed.length > 0) return { mistakes: malformed }
    const config = value as Config
    const { pollSeconds = defaults.pollSeconds } = config

    const { board, mistakes: wrongPins } = checkBoard(config, root)
    const missing = missingParts(config, target, root)
    const mistakes = [...missing, ...repeatedMeters(config), ...sharedI2cAddress(config), ...wrongPins]
    const speed = lineSpeed(config, models)
    const wrongFields = config.meters.flatMap((meter, i) => fieldMistakes(meter, i, models[i]!))
    const wrongStatistics =
        wrongFields.length > 0
            ? []
            : config.meters.flatMap((meter, i) => statisticMistakes(meter, i, models[i]!, pollSeconds))
    mistakes.push(...speed.mistakes, ...wrongFields, ...wrongStatistics, ...inputMistakes(config, models))
    if (mistakes.length > 0) return { mistakes }
    const inputs = Object.entries(config.inputs ?? {}).map(([field, { name, unit }]) => ({
        field,
        name: name ?? field,
        unit,
    }))
    const wiring: Wiring = {
        board: board?.id,
        line: resolveLine(config, board),
        baud: speed.baud,
        parity: speed.parity,
        stopBits: speed.stopBits,
        timeoutMs: config.line.timeoutMs ?? longest(models.map(({ timing }) => timing.timeoutMs)),
        pauseMs: config.line.pauseMs ?? longest(models.map(({ timing }) => timing.pauseMs)),
        meters: config.meters.map((meter, i) => ({ ...meter, facts: models[i]! })),
        pollSeconds,
        uploadSeconds: config.uploadSeconds ?? defaults.uploadSeconds,
        inputs,
        uploaded: config.meters.map((meter, i) => uploadedFields(readingFields(models[i]!, meter), inputs)),
        store: resolveStore(config),
        services: config.services ?? defaults.services,
        compression: config.compression ?? defaults.compression,
    }
    const tooMuch = [...inputSetMistakes(wiring), ...heapMistakes(wiring)]
    return tooMuch.length > 0 ? { mistakes: tooMuch } : { wiring }
}

/**
 * Finds the models of the meters, and reports those that do not exist.
 * @param value a configuration that has not been checked yet
 * @throws ConfigError when a model's own file contains mistakes
 */
function findModels(value: unknown, root: string): { models: MeterModel[]; mistakes: Mistake[] } {
    const models: MeterModel[] = []
    const mistakes: Mistake[] = []
    const { meters } = (value ?? {}) as { meters?: unknown }
    const entries: unknown[] = Array.isArray(meters) ? meters : []
    entries.forEach((entry, i) => {
        const model = (entry as Partial<MeterConfig> | null)?.model
        if (typeof model !== "string") return
        try {
            models.push(readModel(model, root))
        } catch (error) {
            if (!(error instanceof UnknownModelError)) throw error
            const cure = `Write one of ${error.known.join(", ")}, or the file of your own model (docs/meters.md).`
            mistakes.push({ path: `meters[${i}].model`, value: model, problem: error.problem, cure })
        }
    })
    return { models, mistakes }
}

function longest(times: readonly (number | undefined)[]): number | undefined {
    const known = times.filter(time => time !== undefined)
    return known.length > 0 ? Math.max(...known) : undefined
}

function resolveStore({ store = { driver: "settings" } }: Config): Store {
    if (store.driver === "settings") return { driver: store.driver }
    const { kilobytes = defaults.kilobytes, pageBytes = defaults.pageBytes } = store
    const i2cAddress = Number(store.i2cAddress ?? defaults.memoryAddress)
    if (store.driver === "fram") return { driver: store.driver, i2cAddress, kilobytes }
    return { driver: store.driver, i2cAddress, kilobytes, pageBytes }
}

function resolveLine({ line }: Config, board: Board | undefined): Line {
    switch (line.driver) {
        case "spi-uart": {
            const { id, pins } = board!
            const mosi = pins.get(line.mosi ?? defaults.mosi)!
            const miso = pins.get(line.miso ?? defaults.miso)!
            return { driver: line.driver, board: id, mosi, miso, de: line.de && pins.get(line.de)! }
        }
        case "sc16is7xx":
            return {
                driver: line.driver,
                i2cAddress: Number(line.i2cAddress ?? defaults.i2cAddress),
                crystalHz: line.crystalHz,
                channel: line.channel ?? defaults.channel,
            }
        case "jacdac-serial":
            return { driver: line.driver }
        case "tcp":
            return {
                driver: line.driver,
                host: line.host,
                port: line.port ?? defaults.port,
                mode: line.mode ?? defaults.mode,
                connectDelayMs: line.connectDelayMs,
            }
    }
}
