import { generateProfile, importsCode, type ProfileSource } from "../meters/generate-profile"
import { lineDrivers } from "./catalog"
import type { Line, Store, Target, UploadedField, WiredMeter, Wiring } from "./config"
import { heapTaken } from "./heap-taken"
import { profileKey } from "./profile-key"

/**
 * Generates the DeviceScript source for a configuration.
 *
 * It imports only what the configuration names, so nothing else gets into the bytecode.
 * @param hasRoom whether there is room for compression, statistics, commands to meters, and the status light, which the
 * simulator does not show: the debug build for the simulator has none
 */
export function generateWiring(wiring: Wiring, target: Target, hasRoom = true): string {
    const line = lineFor(wiring, target)
    const driver = lineDrivers[line.driver]
    const store = storeFor(wiring, target)
    const compressed = hasRoom && wiring.compression
    const profiles = profilesOf(wiring)
    const sources = [...profiles.values()].map(({ source }) => source)
    const commanded = hasRoom && wiring.services
    const samples = hasRoom && wiring.meters.some(({ statistics }) => statistics !== undefined)
    const sets = [...new Set(wiring.uploaded.map(inputSetCode))]
    return [
        "// Made from devicescript.json by `npm run configure`. Change that file, not this one.",
        ...(store.driver === "settings" ? [] : ['import { i2c } from "@devicescript/i2c"']),
        ...(line.driver === "spi-uart" ? [`import { pins } from "@dsboard/${line.board}"`] : []),
        'import { type LineTopics, Poller } from "../actors/poller/poller"',
        ...(samples ? ['import { SamplingPoller } from "../actors/poller/sampling-poller"'] : []),
        'import type { ClockEstimate } from "../actors/timekeeper"',
        'import type { InputSet } from "../emoncms/inputs"',
        'import type { Topic } from "../kernel/topic"',
        ...importsCode(
            sources.flatMap(source => source.imports),
            "../line/meters",
        ),
        'import type { Meter, Profile } from "../line/meters/profile"',
        'import type { ModbusClient } from "../line/modbus-client"',
        'import type { SocketOwner } from "../net/socket"',
        `import { ${driver.symbol} } from "../${driver.module}"`,
        'import type { LineSettings } from "../line/ports/line-settings"',
        'import type { Port } from "../line/ports/port"',
        `import { type ProgramState${wiring.services ? ", serveState" : ""} } from "../services/device-state"`,
        ...(commanded ? ['import { commandMeter } from "../services/meter-commands"'] : []),
        ...storeImports(store),
        'import type { SlotStore } from "../device/slot-store"',
        `import ${compressed ? "" : "type "}{ Deflater } from "../net/deflate"`,
        "",
        "/** Time from one poll of a meter to the next, from one upload to the next, and most for reading one meter, in ms. */",
        `export const cadence = ${objectCode(cadenceCode(wiring, line))}`,
        "",
        ...sources.flatMap(source => source.functions.map(code => `${code}\n`)),
        ...[...profiles.values()].map(
            ({ symbol, source }) => `const ${symbol}: Profile = ${source.expression}\n`,
        ),
        "/** The meters on the line. */",
        `export const meters: Meter[] = ${arrayCode(wiring.meters.map(meter => meterCode(meter, profiles)))}`,
        "",
        ...sets.map((set, i) => `const inputs${i}: InputSet = ${set}`),
        "",
        "/** What EmonCMS calls their fields, for each meter. */",
        `export const inputSets: InputSet[] = ${arrayCode(wiring.uploaded.map(fields => `inputs${sets.indexOf(inputSetCode(fields))}`))}`,
        "",
        "/** Speed and character format of the line. */",
        `export const line: LineSettings = ${objectCode(lineCode(wiring))}`,
        "",
        "/** Bytes of heap that the line, its meters and the store take from the room for waiting readings. */",
        `export const heapTaken = ${heapTaken({ ...wiring, line, store })}`,
        "",
        "/** The way to the meters. A gateway on the network needs the device's only socket; other ports need none. */",
        `export function makePort(${line.driver === "tcp" ? "" : "_"}sockets: SocketOwner): Port {`,
        `    return new ${driver.symbol}(${argumentsCode(line, wiring)})`,
        "}",
        "",
        "/** Reads the meters. In safe mode only once for each poll slot. */",
        `export function makePoller(client: ModbusClient, pollMs: number, topics: LineTopics, clock: Topic<ClockEstimate>, offset: number | undefined, ${samples ? "" : "_"}safe: boolean): Poller {`,
        ...(samples
            ? ["    if (!safe) return new SamplingPoller(client, meters, pollMs, topics, clock, offset)"]
            : []),
        "    return new Poller(client, meters, pollMs, topics, clock, undefined, offset)",
        "}",
        "",
        "/** Keeps waiting readings across a restart. */",
        "export function makeStore(): SlotStore {",
        `    return ${storeCode(store)}`,
        "}",
        "",
        "/** Compresses uploads into the buffer. */",
        `export function makeDeflater(${compressed ? "" : "_"}content: Buffer): Deflater | undefined {`,
        `    return ${compressed ? "new Deflater(content)" : "undefined"}`,
        "}",
        "",
        "/** Whether the program shows its state with the board's own light. */",
        `export const hasLight = ${hasRoom}`,
        "",
        "/** Lets a PC read the state of the program. */",
        ...(wiring.services
            ? [
                  "export function serve(program: ProgramState) {",
                  `    serveState(program${commanded ? ", commandMeter" : ""})`,
                  "}",
              ]
            : ["export function serve(_program: ProgramState) {}"]),
        "",
    ].join("\n")
}

/** The line that the program uses on a target: the simulator has a Jacdac serial service, but no SPI and no I2C. */
export function lineFor(wiring: Wiring, target: Target): Line {
    return target === "simulator" ? { driver: "jacdac-serial" } : wiring.line
}

/** The store that the program uses on a target: the simulator has settings, but no I2C. */
export function storeFor(wiring: Wiring, target: Target): Store {
    return target === "simulator" ? { driver: "settings" } : wiring.store
}

function storeImports({ driver }: Store): string[] {
    if (driver !== "settings") return [`import { ${driver}, I2cSlots } from "../device/i2c-slots"`]
    return [
        'import { flashBudget, SETTING_BLOCK_BYTES } from "../device/flash-budget"',
        'import { SettingsSlots } from "../device/settings-slots"',
    ]
}

function storeCode(store: Store): string {
    if (store.driver === "settings")
        return 'new SettingsSlots("q", flashBudget().queueSlots, 2 * SETTING_BLOCK_BYTES, 2)'
    const { driver, i2cAddress, kilobytes } = store
    const values = [`0x${i2cAddress.toString(16)}`, kilobytes]
    if (store.driver === "eeprom") values.push(store.pageBytes)
    return `new I2cSlots(i2c, ${driver}(${values.join(", ")}))`
}

/** Source texts of values, by property name. Properties whose value is `undefined` are left out. */
type Properties = Record<string, string | number | undefined>

/** How long reading a meter can take, in ms, before the poller counts as hung. */
const METER_MS = 60_000
/** Behind a gateway, each of up to 13 requests can wait 40 s for an upload to end, because the device has only one socket. */
const GATEWAY_METER_MS = 600_000

function cadenceCode({ pollSeconds, uploadSeconds }: Wiring, { driver }: Line): Record<string, number> {
    return {
        pollMs: pollSeconds * 1000,
        uploadMs: uploadSeconds * 1000,
        meterMs: driver === "tcp" ? GATEWAY_METER_MS : METER_MS,
    }
}

function lineCode(wiring: Wiring): Properties {
    const { baud, stopBits, timeoutMs, pauseMs } = wiring
    return { baud, parity: parityCode(wiring), stopBits, timeoutMs, pauseMs }
}

/** `undefined` for no parity, as the drivers expect. */
function parityCode({ parity }: Wiring): string | undefined {
    return parity === "none" ? undefined : text(parity)
}

/** Source text of the arguments for the driver's constructor. */
function argumentsCode(line: Line, wiring: Wiring): string {
    const options = objectCode(optionsCode(line, wiring))
    return line.driver === "tcp" ? `${options}, sockets` : options
}

function optionsCode(line: Line, wiring: Wiring): Properties {
    const { baud, stopBits } = wiring
    const parity = parityCode(wiring)
    switch (line.driver) {
        case "spi-uart":
            return {
                mosi: `pins.${line.mosi}`,
                miso: `pins.${line.miso}`,
                de: line.de && `pins.${line.de}`,
                baud,
                parity,
                stopBits,
            }
        case "sc16is7xx":
            return {
                address: `0x${line.i2cAddress.toString(16)}`,
                crystalHz: line.crystalHz,
                channel: text(line.channel),
                baud,
                parity,
                stopBits,
            }
        case "jacdac-serial":
            return { baud, parity, stopBits }
        case "tcp":
            return {
                host: text(line.host),
                port: line.port,
                mode: text(line.mode),
                connectDelayMs: line.connectDelayMs,
            }
    }
}

interface NamedProfile {
    readonly symbol: string
    readonly source: ProfileSource
}

/** The profiles that the meters need, by {@link profileKey}. Meters with the same key share a profile. */
function profilesOf({ meters, baud }: Wiring): Map<string, NamedProfile> {
    const profiles = new Map<string, NamedProfile>()
    for (const meter of meters) {
        const key = profileKey(meter)
        if (profiles.has(key)) continue
        const symbol = `profile${profiles.size}`
        const { facts, fields, statistics } = meter
        profiles.set(key, { symbol, source: generateProfile(facts, symbol, { fields, statistics, baud }) })
    }
    return profiles
}

function meterCode(meter: WiredMeter, profiles: ReadonlyMap<string, NamedProfile>): string {
    const { name, address } = meter
    return objectCode({ name: text(name), profile: profiles.get(profileKey(meter))!.symbol, address })
}

/** Source text of an input set. Meters with the same input names and scales share one. */
function inputSetCode(fields: readonly UploadedField[]): string {
    const scales = Buffer.from(fields.map(({ scale }) => scale & 0xff))
    const names = `[${fields.map(({ name }) => text(name)).join(", ")}]`
    return objectCode({ names, scales: `hex\`${scales.toString("hex")}\`` })
}

function text(value: string): string {
    return JSON.stringify(value)
}

function objectCode(properties: Properties): string {
    const entries = Object.entries(properties).filter(([, source]) => source !== undefined)
    return `{ ${entries.map(([name, source]) => `${name}: ${source}`).join(", ")} }`
}

function arrayCode(items: string[]): string {
    return items.length === 0 ? "[]" : `[\n${items.map(item => `    ${item},\n`).join("")}]`
}
