import { authorization, KeyError } from "../../src/emoncms/key"
import { checkNode, NameError } from "../../src/emoncms/names"
import { addressObjection, type Objection } from "./address"

/** A setting that the program or the firmware's WiFi service reads. */
export interface KnownSetting {
    readonly kind: "text" | "number"
    /** Limits of a number. The program has the same ones. */
    readonly range?: { readonly least: number; readonly most: number }
    /** Checks a text; returns `undefined` if it can be used. */
    readonly objection?: (value: string) => Objection | undefined
}

/** All settings by name. Any other name would be stored, even with a secret in it, but never read. */
export const knownSettings: ReadonlyMap<string, KnownSetting> = new Map<string, KnownSetting>([
    ["EMON_URL", { kind: "text", objection: addressObjection }],
    ["EMON_KEY", { kind: "text", objection: keyObjection }],
    ["EMON_NODE", { kind: "text", objection: nodeObjection }],
    ["WIFI_SSID", { kind: "text", objection: ssidObjection }],
    ["WIFI_PWD", { kind: "text", objection: passwordObjection }],
    ["LOG_LEVEL", { kind: "number", range: { least: 1, most: 4 } }],
    ["LOG_HOURS", { kind: "number", range: { least: 1, most: 720 } }],
    ["LOG_BYTES", { kind: "number", range: { least: 100, most: 16000 } }],
    ["LOG_MAX", { kind: "number", range: { least: 200, most: 16000 } }],
    ["RESTARTS", { kind: "number", range: { least: 0, most: 0 } }],
])

/** Other names that people or programs use. */
const ALIASES: Readonly<Record<string, string>> = {
    URL: "EMON_URL",
    SERVER: "EMON_URL",
    HOST: "EMON_URL",
    EMONCMS: "EMON_URL",
    EMONHOST: "EMON_URL",
    EMONSERVER: "EMON_URL",
    SERVERURL: "EMON_URL",
    EMONSERVERURL: "EMON_URL",
    KEY: "EMON_KEY",
    APIKEY: "EMON_KEY",
    EMONAPIKEY: "EMON_KEY",
    WRITEKEY: "EMON_KEY",
    EMONWRITEKEY: "EMON_KEY",
    NODE: "EMON_NODE",
    NODEID: "EMON_NODE",
    SSID: "WIFI_SSID",
    WLANSSID: "WIFI_SSID",
    WIFINAME: "WIFI_SSID",
    PASSWORD: "WIFI_PWD",
    PWD: "WIFI_PWD",
    PSK: "WIFI_PWD",
    WIFIPASSWORD: "WIFI_PWD",
    WIFIPASS: "WIFI_PWD",
    WIFIPSK: "WIFI_PWD",
    WIFIKEY: "WIFI_PWD",
    WLANPASSWORD: "WIFI_PWD",
}

/** Most wrong, missing or extra letters in a misspelled name. */
const MOST_MISTAKES = 2

/** The setting that was probably meant by a name; `undefined` if none is similar. */
export function nearest(name: string): string | undefined {
    const letters = name.toUpperCase().replace(/[^A-Z]/g, "")
    const alias = ALIASES[letters.replace(/CMS/, "")] ?? ALIASES[letters]
    if (alias) return alias
    const [best] = [...knownSettings.keys()]
        .map(known => ({ known, mistakes: distance(known.replace("_", ""), letters) }))
        .sort((a, b) => a.mistakes - b.mistakes)
    return best && best.mistakes <= MOST_MISTAKES ? best.known : undefined
}

/** Letters to change, insert or remove to turn one word into the other (Levenshtein). */
function distance(a: string, b: string): number {
    let row = Array.from({ length: b.length + 1 }, (_, i) => i)
    for (let i = 1; i <= a.length; i++) {
        const next = [i]
        for (let j = 1; j <= b.length; j++)
            next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
        row = next
    }
    return row[b.length]!
}

function keyObjection(key: string): Objection | undefined {
    try {
        authorization(key)
        return undefined
    } catch (error) {
        if (!(error instanceof KeyError)) throw error
        return {
            problem: error.problem,
            cure: "Copy the Read & Write key from the My Account page of EmonCMS: 32 characters, 0-9 and a-f.",
        }
    }
}

function nodeObjection(node: string): Objection | undefined {
    try {
        checkNode(node)
        return undefined
    } catch (error) {
        if (!(error instanceof NameError)) throw error
        return { problem: error.problem, cure: "Use at most 16 letters, digits, spaces, and _ - . in it." }
    }
}

/** Longest SSID, in bytes. The standard permits 32; the firmware cuts off the last one. */
const LONGEST_SSID = 31

function ssidObjection(ssid: string): Objection | undefined {
    const bytes = Buffer.byteLength(ssid)
    if (bytes <= LONGEST_SSID) return undefined
    const cure = `The firmware takes at most ${LONGEST_SSID} bytes; letters beyond a to z need two or more.`
    return { problem: `has ${bytes} bytes`, cure: `${cure} Give the network a shorter name.` }
}

/** Limits of a WPA passphrase (IEEE 802.11i, H.4.1). 64 hex digits are the key itself. */
const SHORTEST_PASSPHRASE = 8
const LONGEST_PASSPHRASE = 63

function passwordObjection(password: string): Objection | undefined {
    const bytes = Buffer.byteLength(password)
    if (bytes >= SHORTEST_PASSPHRASE && bytes <= LONGEST_PASSPHRASE) return undefined
    if (/^[0-9a-f]{64}$/i.test(password)) return undefined
    return {
        problem: `has ${bytes} characters`,
        cure: `A WPA password has ${SHORTEST_PASSPHRASE} to ${LONGEST_PASSPHRASE}; for a network without a password, leave the line out.`,
    }
}
