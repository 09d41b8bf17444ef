import { resolve } from "node:path"
import { isOtherServer } from "../../tools/settings/server-address"
import type { ProjectFiles } from "../../tools/setup/project-files"
import type { LineConfig, MeterConfig } from "../../tools/wiring/config"
import type { Purpose, SetupOptions } from "./options"

/** Everything that the set-up must know. */
export interface Answers {
    readonly emoncms: string
    /** Read & Write key; empty if it is not known yet. */
    readonly key: string
    readonly node: string
    readonly purpose: Purpose
    readonly board?: string
    readonly line?: LineConfig
    readonly meters?: readonly MeterConfig[]
    readonly wifi?: { readonly name: string; readonly password: string | undefined }
    readonly device: "chip" | "simulator" | "none"
    /** Serial port of the chip. */
    readonly port?: string
    /** Flash DeviceScript's firmware first, from the file `firmware` if there is one. */
    readonly flash?: boolean
    readonly firmware?: string
}

/** A required option is missing, and nobody can be asked for it. */
export class MissingAnswerError extends Error {
    override readonly name = "MissingAnswerError"

    constructor(readonly option: string) {
        super(`${option} is missing. Add it, or run npm run setup in a terminal, which asks for it.`)
    }
}

/** The device would not get what was asked for, because the files keep something else. */
export class FilesSkippedError extends Error {
    override readonly name = "FilesSkippedError"

    constructor(readonly files: readonly string[]) {
        const names = files.join(" and ")
        super(
            `The device would not get what you ask for: with --skip files ${names} ${files.length > 1 ? "stay as they are" : "stays as it is"}. Leave it out.`,
        )
    }
}

/**
 * Collects the answers that options and files give.
 * @throws MissingAnswerError for a key without the address of its server
 */
export function answersFrom(options: SetupOptions, files: ProjectFiles): Answers {
    const { wifi, wifiPassword, device, simulator } = options
    // Otherwise the key would be sent to the server in .env.defaults, which may belong to somebody else.
    if (options.key && !options.emoncms && files.ownAddress === undefined)
        throw new MissingAnswerError("--emoncms")
    const ssid = wifi ?? files.setting("WIFI_SSID")
    return {
        emoncms: options.emoncms ?? files.setting("EMON_URL") ?? "",
        key: options.key ?? storedKey(options.emoncms, files) ?? "",
        node: options.node ?? files.setting("EMON_NODE") ?? "emonscript",
        purpose: options.app ?? "myheatpump",
        board: options.board,
        line: options.line,
        meters: options.meter,
        wifi: ssid === undefined ? undefined : { name: ssid, password: wifiPassword },
        device: device ? (simulator ? "simulator" : "chip") : "none",
        port: options.port,
        flash: options.flash,
        firmware: options.firmware === undefined ? undefined : resolve(options.firmware),
    }
}

/** The stored key, which is only for the stored server. */
function storedKey(emoncms: string | undefined, files: ProjectFiles): string | undefined {
    return isOtherServer(emoncms, files.setting("EMON_URL")) ? undefined : files.setting("EMON_KEY")
}

/**
 * The settings from the answers, without those that are already set to the same value; `undefined` stands for one to remove. A
 * stored WiFi password is only for the network that was stored with it.
 */
export function settingsOf(
    { emoncms, key, node, wifi }: Answers,
    files: ProjectFiles,
): Map<string, string | undefined> {
    const settings: [string, string | undefined][] = [
        ["EMON_URL", emoncms],
        ["EMON_KEY", key],
        ["EMON_NODE", node],
        ["WIFI_SSID", wifi?.name],
        ["WIFI_PWD", wifi?.password],
    ]
    const changed = new Map(settings.filter(([name, value]) => value && value !== files.setting(name)))
    const isOther = changed.has("WIFI_SSID") && !changed.has("WIFI_PWD")
    if (isOther && wifi?.password === undefined && files.setting("WIFI_PWD") !== undefined)
        changed.set("WIFI_PWD", undefined)
    return changed
}
