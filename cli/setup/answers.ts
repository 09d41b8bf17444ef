import type { ProjectFiles } from "../../tools/setup/project-files"
import type { LineConfig, MeterConfig } from "../../tools/wiring/config"
import type { Purpose, SetupOptions } from "./options"

/** All that the set-up must know. */
export interface Answers {
    readonly emoncms: string
    /** Read & Write key; empty where it is not known yet. */
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
}

/** Something without which nothing can be set up, and that nobody is there to be asked for. */
export class MissingAnswerError extends Error {
    override readonly name = "MissingAnswerError"

    constructor(readonly option: string) {
        super(`${option} is missing. Give it, or let npm run setup ask for it in a terminal.`)
    }
}

/**
 * What options and files say without a question.
 * @throws MissingAnswerError for a key without the address of the server that it is for
 */
export function answersFrom(options: SetupOptions, files: ProjectFiles): Answers {
    const { wifi, wifiPassword, device, simulator } = options
    // Else a key would go to the server that stands in .env.defaults, which may be somebody else's.
    if (options.key && !options.emoncms && !files.hasOwnAddress) throw new MissingAnswerError("--emoncms")
    const ssid = wifi ?? files.setting("WIFI_SSID")
    return {
        emoncms: options.emoncms ?? files.setting("EMON_URL") ?? "",
        key: options.key ?? files.setting("EMON_KEY") ?? "",
        node: options.node ?? files.setting("EMON_NODE") ?? "emonscript",
        purpose: options.app ?? "myheatpump",
        board: options.board,
        line: options.line,
        meters: options.meter,
        wifi: ssid === undefined ? undefined : { name: ssid, password: wifiPassword },
        device: device ? (simulator ? "simulator" : "chip") : "none",
        port: options.port,
    }
}

/** The settings that the answers make, without those that have this value already. */
export function settingsOf({ emoncms, key, node, wifi }: Answers, files: ProjectFiles): Map<string, string> {
    const settings: [string, string | undefined][] = [
        ["EMON_URL", emoncms],
        ["EMON_KEY", key],
        ["EMON_NODE", node],
        ["WIFI_SSID", wifi?.name],
        ["WIFI_PWD", wifi?.password],
    ]
    const changed = settings.filter(([name, value]) => value && value !== files.setting(name))
    return new Map(changed as [string, string][])
}
