import type { Endpoint } from "./socket-errors"

/** An `http` or `https` address that paths can be appended to. */
export interface Url extends Endpoint {
    /** What stands before every path, without a slash at its end: `/emoncms`, or nothing. */
    readonly prefix: string
}

/**
 * An address that cannot be used. The address itself is not part of it: people paste addresses with passwords and
 * keys in them.
 */
export class UrlError extends Error {
    /**
     * @param problem what is wrong, in words
     * @param cure what to write instead
     */
    constructor(
        readonly problem: string,
        readonly cure: string,
    ) {
        super("the address " + problem + "; " + cure)
    }
}

const EXAMPLE = "write it like http://192.168.1.10/emoncms or https://emoncms.org"

/**
 * Reads `http(s)://host[:port][/prefix]`. Blanks around it do not matter.
 * @throws UrlError
 */
export function parseUrl(text: string): Url {
    const url = text.trim()
    if (url === "") throw new UrlError("is empty", EXAMPLE)
    const schemeEnd = url.indexOf("://")
    if (schemeEnd < 0) throw new UrlError("does not begin with http:// or https://", EXAMPLE)
    const scheme = url.slice(0, schemeEnd).toLowerCase()
    const tls = scheme === "https"
    if (!tls && scheme !== "http") throw new UrlError("is neither http:// nor https://", EXAMPLE)
    for (let i = 0; i < url.length; i++) {
        const c = url.charCodeAt(i)
        if (c <= 32 || c >= 127) throw new UrlError("contains a blank or a special character", EXAMPLE)
    }
    const rest = url.slice(schemeEnd + 3)
    const slash = rest.indexOf("/")
    const authority = slash < 0 ? rest : rest.slice(0, slash)
    if (rest.includes("@"))
        throw new UrlError("contains a name or a password", "leave out what is before the @")
    if (rest.includes("?") || rest.includes("#"))
        throw new UrlError("goes on after the path", "leave out everything from the ? or # on")
    if (authority.includes("[")) throw new UrlError("is an IPv6 address", "use a name or an IPv4 address")

    const colon = authority.indexOf(":")
    const host = colon < 0 ? authority : authority.slice(0, colon)
    if (host === "") throw new UrlError("has no host name", EXAMPLE)
    const port = colon < 0 ? (tls ? 443 : 80) : parsePort(authority.slice(colon + 1))
    return { tls, host, port, prefix: slash < 0 ? "" : withoutLastSlashes(rest.slice(slash)) }
}

function parsePort(text: string): number {
    let port = 0
    for (let i = 0; i < text.length; i++) {
        const digit = text.charCodeAt(i) - 48
        port = digit >= 0 && digit <= 9 ? port * 10 + digit : 65536
    }
    if (port < 1 || port > 65535)
        throw new UrlError("has a bad port", "use a number from 1 to 65535 after the colon")
    return port
}

function withoutLastSlashes(path: string): string {
    let end = path.length
    while (end > 0 && path[end - 1] === "/") end--
    return path.slice(0, end)
}
