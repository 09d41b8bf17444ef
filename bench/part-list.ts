import type { Config } from "../tools/wiring/config"
import { defaultConfig } from "../tools/wiring/default-config"

/** A part of a wiring, as the difference between two wirings. */
export interface Part {
    readonly name: string
    readonly with: Config
    readonly without: Config
    /** Whether its heap is measured too, which takes a minute. */
    readonly heap: boolean
}

/** A configured meter, without its name and address. */
type Meter = Omit<Config["meters"][number], "name" | "address">

const USUAL: Meter = { model: "pzem-016" }

/** Models with the same speed and format, and with 7 to 13 fields. */
const MODELS = ["or-we-504", "sdm630", "em24"]

/** A heat meter, and the model with the most code. Only their code is measured. */
const OTHER_MODELS = ["multical-403", "pzem-017"]

const LINES: readonly Config["line"][] = [
    { driver: "sc16is7xx" },
    { driver: "tcp", host: "gateway" },
    { driver: "spi-uart" },
]

/** The wiring with the least parts: a PZEM-016 behind a Jacdac module. */
export const plain: Config = withMeters(USUAL)

function withMeters(...models: readonly Meter[]): Config {
    const meters = models.map((meter, i) => ({ ...meter, name: `meter-${i + 1}`, address: i + 1 }))
    return { ...defaultConfig, line: { driver: "jacdac-serial" }, meters }
}

/** Behind a gateway, meters of any speed and format can be together. */
function behindGateway(...models: readonly Meter[]): Config {
    return { ...withMeters(...models), line: { driver: "tcp", host: "gateway" } }
}

/** All parts that a wiring can have or leave out. */
export function partList(): readonly Part[] {
    const lines = LINES.map(line => ({
        name: `${line.driver}, compared with ${plain.line.driver}`,
        with: { ...plain, line },
        without: plain,
        heap: true,
    }))
    const two = withMeters(USUAL, USUAL)
    const options: Part[] = [
        {
            name: "fram or eeprom, compared with settings",
            with: { ...plain, store: { driver: "eeprom" } },
            without: plain,
            heap: true,
        },
        { name: "services", with: plain, without: { ...plain, services: false }, heap: true },
        { name: "compression", with: plain, without: { ...plain, compression: false }, heap: true },
        {
            name: "statistics of one field",
            with: withMeters({ ...USUAL, statistics: ["power"] }),
            without: plain,
            heap: true,
        },
        { name: `a second ${USUAL.model}`, with: two, without: plain, heap: true },
        {
            name: `one more ${USUAL.model}`,
            with: withMeters(USUAL, USUAL, USUAL),
            without: two,
            heap: true,
        },
    ]
    const measured = MODELS.flatMap((model): Part[] => {
        const one = withMeters(USUAL, { model })
        const two = withMeters(USUAL, { model }, { model })
        return [
            { name: `a first ${model}`, with: one, without: plain, heap: true },
            { name: `one more ${model}`, with: two, without: one, heap: true },
        ]
    })
    const rest = OTHER_MODELS.map(model => ({
        name: `a first ${model}`,
        with: behindGateway(USUAL, { model }),
        without: behindGateway(USUAL),
        heap: false,
    }))
    return [...lines, ...options, ...measured, ...rest]
}
