import { keepSecret } from "../../device/secrets"
import { readInTime, writeInTime } from "../../device/settings"
import { authorization } from "../../emoncms/key"
import { checkNode } from "../../emoncms/names"
import { upTo } from "../../net/parsing"
import { parseUrl, type Url } from "../../net/url"
import { UploadFailed } from "./failure"

/** Longest `EMON_URL`: with the key before it, it still fits in a packet of the settings service. */
const LONGEST_URL = 150

/** Where readings go, and the credentials for it. */
export interface Account {
    readonly url: Url
    /** The header that carries the key. Never print it. */
    readonly authorization: string
    /** Name of the EmonCMS node. */
    readonly node: string
}

/**
 * @param setting a setting that is missing, or cannot be used
 * @param problem what is wrong and what to do about it; never contains a secret
 */
function unusable(setting: string, problem: string): UploadFailed {
    return new UploadFailed(setting === "EMON_KEY" ? "unusable key" : "setting", setting + ": " + problem)
}

/**
 * Reads and checks `EMON_URL`, `EMON_KEY` and `EMON_NODE`.
 *
 * A key is sent only to the address for which it was set: the first start with a new key appends the address to it, separated
 * by a blank. So somebody who can write settings but does not know the key cannot have it sent to another server.
 * @throws UploadFailed for the first setting that is missing or malformed
 */
export async function readAccount(): Promise<Account> {
    const url = (await readText("EMON_URL")).trim()
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
            if (stored !== key) throw new Error("changed without EMON_KEY; set both")
            if (url.length > LONGEST_URL) throw new Error("longer than " + LONGEST_URL + " characters")
            await writeInTime("EMON_KEY", kept)
        }
        return { url: parsed, authorization: header, node }
    } catch (e) {
        throw unusable(setting, (e as Error).message)
    }
}

async function readText(setting: string): Promise<string> {
    const value = await readInTime<string>(setting)
    if (value === undefined) throw unusable(setting, "missing; add it to .env.local and deploy")
    if (typeof value !== "string") throw unusable(setting, "not text; put it in double quotes")
    return value
}
