import { decodeJson, type JsonReply } from "./php/json"
import type { PhpValue } from "./php/number"
import { isUtf8 } from "./php/text"

/** An app of the account, as the App module keeps it. */
export interface App {
    /** Counts up from 1. Older modules identify apps by name only. */
    readonly id: number
    /** Kind of app, for example `myheatpump`. */
    readonly app: string
    readonly name: string
    config: { readonly [setting: string]: PhpValue }
}

/** Reason for a refusal by the module; the message is its reply. */
export class AppError extends Error {
    override readonly name = "AppError"
}

/** The apps of the module that this project sets up. */
const AVAILABLE = new Set(["myelectric", "myelectric2", "myheatpump"])

/** The apps of the account. */
export class Apps {
    private readonly list: App[] = []

    all(): readonly App[] {
        return this.list
    }

    /** The app with this id or, for an older module, with this name. */
    find(key: number | string): App | undefined {
        return this.list.find(({ id, name }) => key === id || key === name)
    }

    /** @throws AppError */
    add(app: string, name: string): App {
        if (!isAppName(name)) throw new AppError("Invalid app name")
        if (this.find(name)) throw new AppError(`App already exist with name ${name}`)
        const added: App = { id: this.list.length + 1, app, name, config: {} }
        this.list.push(added)
        return added
    }

    /**
     * Replaces the whole configuration of an app.
     *
     * @param json an object of texts, numbers and booleans
     * @throws AppError
     */
    configure(app: App, json: string): void {
        app.config = readConfig(json)
    }
}

/** Whether the module has an app of this kind. */
export function isAvailable(app: string): boolean {
    return AVAILABLE.has(app)
}

export function describeConfig({ config }: App): JsonReply {
    return config as { [setting: string]: JsonReply }
}

function isAppName(name: string): boolean {
    return isUtf8(name) && /^[\p{N}\p{L}_\s\-:]*$/u.test(name)
}

function readConfig(json: string): App["config"] {
    const config = decodeJson(json) ?? null
    if (typeof config !== "object" || config === null) throw new AppError("Could not parse json")
    for (const [key, value] of Object.entries(config)) {
        if (!/^[a-zA-Z0-9_]*$/.test(key)) throw new AppError("Invalid config key")
        if (Array.isArray(value)) throw new AppError("Config value cannot be array")
        if (typeof value === "object" && value !== null) throw new AppError("Config value cannot be object")
        // Anything that strip_tags would remove.
        if (typeof value === "string" && /<[a-z/!]/i.test(value)) throw new AppError("Invalid config value")
    }
    return config as App["config"]
}
