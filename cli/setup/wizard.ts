import { cancel, confirm, intro, isCancel, password, select, spinner, text } from "@clack/prompts"
import { EmonCmsApi } from "../../tools/emoncms/api"
import { EmonCmsError } from "../../tools/emoncms/errors"
import { modelIds } from "../../tools/meters/catalog"
import { projectRoot } from "../../tools/project"
import { type FoundPort, findPorts } from "../../tools/serial-ports"
import { tidyAddress } from "../../tools/settings/server-address"
import { objectionTo } from "../../tools/setup/objections"
import { boardDescription } from "../../tools/setup/parts"
import type { ProjectFiles } from "../../tools/setup/project-files"
import { boardIds } from "../../tools/wiring/boards"
import type { Config, LineConfig, MeterConfig } from "../../tools/wiring/config"
import type { Answers } from "./answers"
import type { Purpose, SetupOptions } from "./options"
import { type FoundMeter, ScanFailed, scanAdapter, scanChip } from "./scan"

/** The user has given up. */
export class GivenUp extends Error {
    override readonly name = "GivenUp"
}

/**
 * Asks for everything that options, files and the computer's ports leave open.
 *
 * @param known the answers from options and files
 * @throws GivenUp
 */
export async function ask(options: SetupOptions, known: Answers, files: ProjectFiles): Promise<Answers> {
    intro("emonscript: from box to graph")
    const ports = await findPorts()
    const device = await askDevice(options, known, ports)
    const wired = files.wired
    const board = device === "chip" ? await askBoard(known.board ?? wired.board) : known.board
    const line = device === "chip" ? await askLine(known.line ?? wired.line) : known.line
    const chip = device === "chip" && line !== undefined ? { board, line } : undefined
    const meters = known.meters ?? (await askMeters(wired.meters ?? [], ports, chip))
    const purpose = options.app ?? (await askPurpose())
    const server = await askServer(options, known, files)
    const node = options.node ?? (await askNode(known.node))
    const wifi = device === "chip" ? await askWifi(known, files) : known.wifi
    return { ...known, ...server, device, board, line, meters, purpose, node, wifi }
}

/** Asks the user a yes-or-no question. */
export async function agrees(question: string): Promise<boolean> {
    return answered(await confirm({ message: question }))
}

async function askDevice(
    options: SetupOptions,
    known: Answers,
    ports: readonly FoundPort[],
): Promise<Answers["device"]> {
    if (!options.device || options.simulator || options.port !== undefined) return known.device
    const chip = ports.find(({ kind }) => kind === "chip") ?? ports.find(({ kind }) => kind === "bridge")
    const found = chip ? `at ${chip.path} (${chip.description})` : "none found on USB"
    return answered(
        await select({
            message: "What runs the program?",
            initialValue: chip ? ("chip" as const) : ("simulator" as const),
            options: [
                { value: "chip" as const, label: "An ESP32", hint: found },
                {
                    value: "simulator" as const,
                    label: "The simulator on this computer, until the chip is here",
                },
                { value: "none" as const, label: "Nothing yet: only set up files and EmonCMS" },
            ],
        }),
    )
}

async function askBoard(known: string | undefined): Promise<string> {
    return answered(
        await select({
            message: "Which board is it?",
            initialValue: known,
            options: boardIds(projectRoot).map(id => ({
                value: id,
                label: boardDescription(id, projectRoot),
                hint: id,
            })),
        }),
    )
}

async function askLine(known: LineConfig | undefined): Promise<LineConfig> {
    const driver = answered(
        await select({
            message: "How does it reach the meters?",
            initialValue: known?.driver ?? "spi-uart",
            options: [
                { value: "spi-uart" as const, label: "An RS485 adapter on the chip's pins" },
                { value: "sc16is7xx" as const, label: "A UART chip (SC16IS740, 750, 752) on I2C" },
                { value: "jacdac-serial" as const, label: "A Jacdac module with RS485" },
                { value: "tcp" as const, label: "A gateway on the network" },
            ],
        }),
    )
    if (driver === known?.driver) return known
    if (driver !== "tcp") return { driver }
    const host = answered(
        await text({ message: "The gateway's address", placeholder: "192.168.1.20", validate: required }),
    )
    return { driver, host: host.trim() }
}

/** @param chip how the chip reaches the meters; `undefined` without a chip */
async function askMeters(
    known: readonly MeterConfig[],
    ports: readonly FoundPort[],
    chip: Pick<Config, "board" | "line"> | undefined,
): Promise<MeterConfig[]> {
    const found = await scanned(ports, chip)
    const addresses = found?.map(({ address }) => address)
    const shown = known.map(({ name, model, address }) => `${name} (${model}, address ${address})`).join(", ")
    if (known.length > 0 && (!addresses || sameAddresses(known, addresses))) {
        const keep = answered(await confirm({ message: `The meters are: ${shown}. Is that right?` }))
        if (keep) return [...known]
    }
    const meters: MeterConfig[] = []
    const models = modelIds(projectRoot)
    do {
        const next = found?.[meters.length]
        const name = answered(
            await text({
                message: "What should the meter be called?",
                initialValue: meters.length === 0 ? "heatpump" : "",
                validate: value => nameMistake(value, meters),
            }),
        )
        const model = answered(
            await select({
                message: "Its model, as printed on the meter",
                initialValue: next?.model ?? "pzem-016",
                maxItems: 12,
                options: models.map(value => ({ value, label: value })),
            }),
        )
        const address = answered(
            await text({
                message: "Its address on the line (1 for a new meter)",
                initialValue: String(next?.address ?? meters.length + 1),
                validate: value => addressMistake(value, meters),
            }),
        )
        meters.push({ name, model, address: Number(address) })
    } while (answered(await confirm({ message: "Is there another meter on the line?", initialValue: false })))
    return meters
}

/** Scans for meters at an adapter of this computer, or at a chip; `undefined` if none is found or the user declines. */
async function scanned(
    ports: readonly FoundPort[],
    chip: Pick<Config, "board" | "line"> | undefined,
): Promise<FoundMeter[] | undefined> {
    const adapters = ports.filter(({ kind }) => kind !== "chip")
    const chips = chip ? ports.filter(({ kind }) => kind !== "other") : []
    if (adapters.length + chips.length === 0) return undefined
    const waiting = spinner()
    const scan = answered(
        await select<(() => Promise<FoundMeter[]>) | undefined>({
            message: "Search for the meters? If they are connected, where?",
            initialValue: undefined,
            options: [
                { value: undefined, label: "No" },
                ...adapters.map(({ path, description }) => ({
                    value: () => scanAdapter(path),
                    label: `To this computer, with a USB adapter on ${path}`,
                    hint: description,
                })),
                ...chips.map(({ path, description }) => ({
                    value: () => scanChip(path, chip!, sentence => waiting.message(sentence)),
                    label: `To the chip on ${path}, which already has DeviceScript`,
                    hint: description,
                })),
            ],
        }),
    )
    if (scan === undefined) return undefined
    waiting.start("Searching addresses 1 to 247 for meters, which takes five minutes")
    try {
        const found = await scan()
        const words = found.map(({ address, model }) => (model ? `${address} (${model})` : String(address)))
        waiting.stop(
            found.length === 0
                ? "No meter answers. Run npm start -- --diagnose to find out why."
                : `Meters answer at ${words.join(", ")}.`,
        )
        return found.length > 0 ? found : undefined
    } catch (error) {
        if (!(error instanceof ScanFailed)) throw error
        waiting.stop(error.message)
        return undefined
    }
}

async function askPurpose(): Promise<Purpose> {
    return answered(
        await select<Purpose>({
            message: "What do you measure?",
            options: [
                { value: "myheatpump", label: "A heat pump", hint: "the app My Heatpump" },
                { value: "myelectric", label: "A house", hint: "the app My Electric" },
                { value: "none", label: "Something else", hint: "only feeds" },
            ],
        }),
    )
}

/** Asks for address and key until EmonCMS accepts them. */
async function askServer(
    options: SetupOptions,
    known: Answers,
    files: ProjectFiles,
): Promise<Pick<Answers, "emoncms" | "key">> {
    let emoncms = options.emoncms
    let key = options.key
    for (;;) {
        emoncms ??= answered(
            await text({
                message: "Address of your EmonCMS",
                initialValue: files.ownAddress !== undefined ? known.emoncms : "http://",
                validate: value => objectionTo("EMON_URL", tidyAddress(value ?? "")),
            }),
        )
        const url = tidyAddress(emoncms)
        // The stored key belongs to the stored server.
        const stored = url === known.emoncms ? known.key : ""
        key ??= answered(
            await password({
                message: stored
                    ? "Its Read & Write key (Enter keeps the one in .env.local)"
                    : "Its Read & Write key (Setup, My Account)",
                validate: value => objectionTo("EMON_KEY", value?.trim() || stored),
            }),
        )
        key = key.trim() || stored
        const waiting = spinner()
        waiting.start("Asking EmonCMS")
        try {
            await new EmonCmsApi({ url, key }).checkKey()
            waiting.stop("EmonCMS accepts the key for reading and writing.")
            return { emoncms: url, key }
        } catch (error) {
            if (!(error instanceof EmonCmsError)) throw error
            waiting.stop(error.message)
            emoncms = undefined
            key = undefined
        }
    }
}

async function askNode(known: string): Promise<string> {
    return answered(
        await text({
            message: "Name of the node in EmonCMS (an older script's node keeps its feeds)",
            initialValue: known,
            validate: value => objectionTo("EMON_NODE", value ?? ""),
        }),
    )
}

async function askWifi(known: Answers, files: ProjectFiles): Promise<Answers["wifi"]> {
    const name = answered(
        await text({
            message: "Name of the WiFi network, 2.4 GHz (empty if the chip already knows it)",
            initialValue: known.wifi?.name ?? "",
            validate: value => (value ? objectionTo("WIFI_SSID", value) : undefined),
        }),
    )
    if (!name) return undefined
    const stored = name === files.setting("WIFI_SSID") && files.setting("WIFI_PWD") !== undefined
    const secret = answered(
        await password({
            message: `Its password (Enter ${stored ? "keeps the one in .env.local" : "if it has none"})`,
            validate: value => (value ? objectionTo("WIFI_PWD", value) : undefined),
        }),
    )
    return { name, password: secret || undefined }
}

function answered<Value>(value: Value): Exclude<Value, symbol> {
    if (!isCancel(value)) return value as Exclude<Value, symbol>
    cancel("Nothing more is changed. npm run setup continues from here.")
    throw new GivenUp()
}

function required(value: string | undefined): string | undefined {
    return value?.trim() ? undefined : "This is required."
}

function nameMistake(value: string | undefined, others: readonly MeterConfig[]): string | undefined {
    if (!/^[A-Za-z0-9_-]{1,16}$/.test(value ?? "")) return "Use 1 to 16 letters, digits, _ or -."
    return others.some(({ name }) => name === value) ? "Another meter has this name." : undefined
}

function addressMistake(value: string | undefined, others: readonly MeterConfig[]): string | undefined {
    const number = Number(value)
    if (!/^\d+$/.test(value ?? "") || number < 1 || number > 247) return "Write a number from 1 to 247."
    return others.some(({ address }) => address === number) ? "Another meter has this address." : undefined
}

function sameAddresses(meters: readonly MeterConfig[], addresses: readonly number[]): boolean {
    return meters.length === addresses.length && meters.every(({ address }) => addresses.includes(address))
}
