import { keepSecret } from "../../device/secrets"
import { readInTime, writeInTime } from "../../device/settings"
import { authorization } from "../../emoncms/key"
import { checkNode } from "../../emoncms/names"
import { upTo } from "../../net/parsing"
import { parseUrl, type Url } from "../../net/url"

/** Longest `EMON_URL`: with the key before it, it still fits in a packet of the settings service. */
const LONGEST_URL = 150

/** Where readings go, and with which right. */
export interface Account {
    readonly url: Url
    /** The header that carries the key. Never print it. */
    readonly authorization: string
    /** Name of the EmonCMS node. */
    readonly node: string
}

/** A setting is missing or cannot be used. */
export class SettingError extends Error {
    /**
     * @param setting its name
     * @param problem what is wrong and what to do about it; never holds the value of a secret
     */
    constructor(setting: string, problem: string) {
        super("setting " + setting + ": " + problem)
    }
}

/**
 * Reads and checks `EMON_URL`, `EMON_KEY` and `EMON_NODE`.
 *
 * A key goes to the address for which it was set, and to no other: the first start with a new key writes the address behind
 * it, with a blank between. So who can write settings and knows no key cannot have this one sent to himself.
 * @throws SettingError for the first that is missing or malformed
 */
export async function readAccount(): Promise<Account> {
    const url = await readText("EMON_URL")
    const stored = (await readText("EMON_KEY")).trim()
    const key = upTo(stored, " ")
    keepSecret(key)
    const node = await readText("EMON_NODE")
    let setting = "EMON_URL"
    try {
        const parsed = parseUrl(url)
        setting = "EMON_KEY"
        const header = authorization(key)
        setting = "EMON_NODE"
        checkNode(node)
        const kept = key + " " + url
        if (stored !== kept) {
            setting = "EMON_URL"
            if (stored !== key) throw new Error("was changed without EMON_KEY; set both")
            if (url.length > LONGEST_URL) throw new Error("is longer than " + LONGEST_URL + " characters")
            await writeInTime("EMON_KEY", kept)
        }
        return { url: parsed, authorization: header, node }
    } catch (e) {
        throw new SettingError(setting, (e as Error).message)
    }
}

async function readText(setting: string): Promise<string> {
    const value = await readInTime<string>(setting)
    if (value === undefined) throw new SettingError(setting, "is missing; put it into .env.local and deploy")
    if (typeof value !== "string") throw new SettingError(setting, "is not text; put it into double quotes")
    return value
}
