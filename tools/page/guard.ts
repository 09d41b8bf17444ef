import { randomBytes, timingSafeEqual } from "node:crypto"
import type { IncomingMessage } from "node:http"

/** The subprotocol of the page's web socket. */
export const PROTOCOL = "emonscript.page"
/** Followed by the token, this is the second subprotocol that the page offers. */
const TOKEN_PROTOCOL = "token."

/** A client leaves it out of the host. */
const HTTP_PORT = 80

const SAFE_METHODS = ["GET", "HEAD"]

/**
 * Distinguishes requests of the live page from requests that a foreign page makes in the same browser: by the requested host
 * (against DNS rebinding), by the origin of the requesting page, and by a token that only this server's own page contains.
 */
export class Guard {
    /** Sent in the page, never in an address. */
    readonly token = randomBytes(24).toString("hex")
    private readonly hosts: ReadonlySet<string>

    constructor(port: number) {
        const names = ["127.0.0.1", "localhost"]
        const hosts = names.map(name => `${name}:${port}`)
        this.hosts = new Set(port === HTTP_PORT ? [...hosts, ...names] : hosts)
    }

    /** Why a request for a file is refused; `undefined` if it is allowed. */
    refusalOf({ method = "", headers, url }: IncomingMessage): string | undefined {
        if (!SAFE_METHODS.includes(method)) return "only GET and HEAD are allowed"
        if (!this.isOwnHost(headers.host)) return "the request names another host"
        if (headers.origin !== undefined && !this.isOwnOrigin(headers.origin, headers.host))
            return "the request comes from another site"
        const site = headers["sec-fetch-site"] ?? "none"
        if (site === "none" || site === "same-origin") return undefined
        // A foreign page may link here. It learns nothing about the page that the link opens.
        const isLink = headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document"
        return isLink && url === "/" ? undefined : "the request comes from another site"
    }

    /** Why a web socket is refused; `undefined` if it is allowed. */
    socketRefusalOf({ headers }: IncomingMessage): string | undefined {
        if (!this.isOwnHost(headers.host)) return "the request names another host"
        if (!this.isOwnOrigin(headers.origin, headers.host)) return "the request comes from another site"
        const offered = (headers["sec-websocket-protocol"] ?? "").split(",").map(name => name.trim())
        if (!offered.includes(PROTOCOL) || !offered.some(name => this.hasToken(name)))
            return "the token is missing or wrong"
        return undefined
    }

    private isOwnHost(host = ""): boolean {
        return this.hosts.has(host.toLowerCase())
    }

    private isOwnOrigin(origin: string | undefined, host = ""): boolean {
        return origin === `http://${host.toLowerCase()}`
    }

    private hasToken(protocol: string): boolean {
        if (!protocol.startsWith(TOKEN_PROTOCOL)) return false
        const given = Buffer.from(protocol.slice(TOKEN_PROTOCOL.length))
        const wanted = Buffer.from(this.token)
        return given.length === wanted.length && timingSafeEqual(given, wanted)
    }
}
