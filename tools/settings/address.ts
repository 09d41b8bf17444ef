import { parseUrl, UrlError } from "../../src/net/url"

/** What is wrong with a value, and what to do about it. Neither text repeats the value. */
export interface Objection {
    /** The end of a sentence, for example `is empty`. */
    readonly problem: string
    /** One or more sentences. */
    readonly cure: string
}

/** Longest address that the device can store together with its key. */
const LONGEST = 150

/** The start of EmonCMS's pages and API calls, which do not belong to its address. */
const PAGES =
    /\/(input|feed|user|app|apps|graph|device|admin|vis|dashboard|schedule|setup|process|find|sync|postprocess|backup|index\.php)(\.json)?(\/.*)?$/i

const EXAMPLE = "Write it like http://192.168.1.10/emoncms or https://emoncms.org."

/**
 * Checks an address of EmonCMS; `undefined` if the device can use it. Recognizes what people copy from a browser or from
 * EmonCMS's help, and says what to leave out.
 */
export function addressObjection(address: string): Objection | undefined {
    if (address === "") return { problem: "is empty", cure: EXAMPLE }
    if (/\s/.test(address)) return { problem: "contains a space", cure: `Leave it out. ${EXAMPLE}` }
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1]
    if (scheme === undefined)
        return {
            problem: "does not begin with http:// or https://",
            cure: `Put it before the address. ${EXAMPLE}`,
        }
    if (!/^https?$/i.test(scheme)) return { problem: "is neither http:// nor https://", cure: EXAMPLE }
    const rest = address.slice(scheme.length + 3)
    const authority = rest.split(/[/?#\\]/, 1)[0]!
    // An @ after a ? is another mistake, reported below.
    if (authority.includes("@"))
        return {
            problem: "contains a user name or a password",
            cure: "Leave out everything from // to the @.",
        }
    if (/[?#]/.test(rest))
        return {
            problem: "continues after the path",
            cure: "Leave out everything from the ? or # on; the key belongs in EMON_KEY.",
        }
    if (/[\\"<>^`{}|]/.test(rest))
        return { problem: "contains a character that is not allowed in an address", cure: EXAMPLE }
    return hostObjection(authority) ?? pathObjection(rest.slice(authority.length)) ?? deviceObjection(address)
}

function hostObjection(authority: string): Objection | undefined {
    if (authority.includes("[") || authority.split(":").length > 2)
        return {
            problem: "is an IPv6 address, which the device does not support",
            cure: "Use a name or an IPv4 address such as 192.168.1.10.",
        }
    const [host = "", port] = authority.split(":")
    if (host === "") return { problem: "has no host name", cure: EXAMPLE }
    if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535))
        return {
            problem: "has an invalid port",
            cure: "Use a number from 1 to 65535 after the colon, or leave the colon out.",
        }
    if (/^\d+(,\d+)+$/.test(host))
        return { problem: "has commas in its IPv4 address", cure: "Use dots instead: 192.168.1.10." }
    if (host.endsWith(".")) return { problem: "has a dot after its host name", cure: "Leave the dot out." }
    if (/[A-Z]/.test(host))
        return { problem: "has capital letters in its host name", cure: "Write it in lower case." }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it says "is ASCII"
    if (!/^[\x00-\x7f]*$/.test(host)) {
        const cure = "Copy the address from a browser, which writes the name with xn--."
        return { problem: "has a host name with letters beyond a to z", cure }
    }
    if (!/^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(host))
        return { problem: "has an invalid host name", cure: EXAMPLE }
    // A host name never ends in a number (WHATWG URL, "ends in a number checker").
    if (/(^|\.)(\d+|0x[0-9a-f]*)$/.test(host) && !isIpv4(host))
        return {
            problem: "has an invalid IPv4 address",
            cure: "Write four numbers from 0 to 255: 192.168.1.10.",
        }
    return undefined
}

function isIpv4(host: string): boolean {
    const parts = host.split(".")
    return parts.length === 4 && parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}

function pathObjection(path: string): Objection | undefined {
    const page = PAGES.exec(path)
    if (page) {
        const [, first] = page[0].split("/")
        return {
            problem: `leads to a page of EmonCMS, not to EmonCMS itself`,
            cure: `Leave out /${first} and everything after it.`,
        }
    }
    if (/\.$/.test(path)) return { problem: "ends with a dot", cure: "Leave the dot out." }
    if (/\/\//.test(path.replace(/\/+$/, "")) || /\/\.{1,2}(\/|$)/.test(path))
        return { problem: "has an empty or dotted part in its path", cure: EXAMPLE }
    return undefined
}

/** Applies the device's own URL parser, which has the last word. */
function deviceObjection(address: string): Objection | undefined {
    if (address.length > LONGEST)
        return { problem: `has ${address.length} characters`, cure: `The device stores at most ${LONGEST}.` }
    try {
        parseUrl(address)
        return undefined
    } catch (error) {
        if (!(error instanceof UrlError)) throw error
        return { problem: error.problem, cure: EXAMPLE }
    }
}
