import { firstOther, natural, upTo } from "./parsing"
import type { Endpoint } from "./socket-errors"

/** An `http` or `https` address that paths can be appended to. */
export interface Url extends Endpoint {
    /** Prefix of every path, without a trailing slash: `/emoncms`, or empty. */
    readonly prefix: string
}

/**
 * An address that cannot be used. The message does not quote it, because people paste addresses with passwords and keys
 * in them.
 */
export class UrlError extends Error {
    /**
     * @param problem what is wrong, in words
     * @param cure what to write instead
     */
    constructor(
        readonly problem: string,
        cure: string,
    ) {
        super("the address " + problem + "; " + cure)
    }
}

/** Without `@`, which would follow a name or a password, and without `?` and `#`, which would end the path. */
const ALLOWED =
    "!\"$%&'()*+,-./0123456789:;<=>ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"

/**
 * Parses `http(s)://host[:port][/prefix]`.
 * @throws UrlError
 */
export function parseUrl(url: string): Url {
    const scheme = upTo(url, "://")
    refuseIf(scheme === url, "does not begin with http:// or https://")
    const tls = scheme.toLowerCase() === "https"
    refuseIf(!tls && scheme.toLowerCase() !== "http", "is neither http:// nor https://")
    refuseIf(
        firstOther(url, ALLOWED) !== undefined,
        "contains a character that does not belong in it, such as a space, @, ? or #",
    )
    const rest = url.slice(scheme.length + 3)
    const authority = upTo(rest, "/")
    refuseIf(authority.includes("["), "is an IPv6 address", "use a name or an IPv4 address")
    const host = upTo(authority, ":")
    refuseIf(host === "", "has no host name")
    let port = tls ? 443 : 80
    if (host !== authority) port = natural(authority.slice(host.length + 1), 10)
    refuseIf(port < 1 || port > 65535, "has a bad port", "use a number from 1 to 65535 after the colon")
    let prefix = rest.slice(authority.length)
    while (prefix[prefix.length - 1] === "/") prefix = prefix.slice(0, prefix.length - 1)
    return { tls, host, port, prefix }
}

/** @throws UrlError */
function refuseIf(
    wrong: boolean,
    problem: string,
    cure = "write it like http://192.168.1.10/emoncms or https://emoncms.org",
): void {
    if (wrong) throw new UrlError(problem, cure)
}
