import {
    MovedError,
    NoKeyArrivedError,
    NotEmonCmsError,
    ReadOnlyKeyError,
    RefusedError,
    ServerTroubleError,
    TooOldError,
    WrongKeyError,
} from "./errors"
import { fetchWhole } from "./fetch-whole"

/** The address of an EmonCMS, and a key for it. */
export interface EmonCmsAddress {
    /** `http://` or `https://`, with the path of EmonCMS if it has one, and without a trailing slash. */
    readonly url: string
    /** The account's Read & Write key. */
    readonly key: string
}

/** An answer that came from a working EmonCMS. */
export interface Answer {
    readonly status: number
    /** The body without the notices that PHP prints around it. */
    readonly text: string
    /** The body parsed as JSON; `undefined` if it is not JSON. */
    readonly json: unknown
}

/** Parameters by name. */
export type Parameters = Readonly<Record<string, string | number>>

/** EmonCMS's message about data that it cannot parse. Only a key that may write gets it. */
const NOT_VALID = "Format error, json string supplied is not valid"

/** Answers to the question for the version. 406 and 404 come from servers that do not report it. */
const VERSION_STATUSES: readonly number[] = [200, 404, 406]

/** A client of EmonCMS's web API, for every version from 9.8.10 on. The key travels in a header, never in an address. */
export class EmonCmsApi {
    constructor(private readonly address: EmonCmsAddress) {}

    /** Sends a GET request. */
    get(path: string, query: Parameters = {}): Promise<Answer> {
        return this.send("GET", path, query)
    }

    /** Sends a form in a POST request. */
    post(path: string, query: Parameters, form: Parameters): Promise<Answer> {
        return this.send("POST", path, query, form)
    }

    /**
     * Checks that the key may write, without storing anything.
     *
     * `/user/session.json` would report it, but before 11.16.5 it answers `false` to every key. All versions refuse a batch
     * without rows in the same words, but only to a key that may write; a read-only key gets an empty body.
     *
     * @throws EmonCmsError with what is wrong
     */
    async checkKey(): Promise<void> {
        const { status, text, json } = await this.post("/input/bulk.json", {}, { data: "[]" })
        if (text.includes(NOT_VALID) && text.startsWith("Error:")) throw new TooOldError()
        if (status === 200 && text.includes(NOT_VALID)) return this.checkAge()
        if (status === 200 && text === "") throw new ReadOnlyKeyError()
        if (asksForLogin(json)) throw new NoKeyArrivedError()
        throw new NotEmonCmsError(status)
    }

    /** Checks for `/input/get`, which came with 9.8.10. Older versions do not store rows as the program sends them. */
    private async checkAge(): Promise<void> {
        const { status, json } = await this.get("/input/get.json", { node: "-", name: "-" })
        if (status !== 200) throw new NotEmonCmsError(status)
        if (typeof json !== "string" && (typeof json !== "object" || json === null)) throw new TooOldError()
    }

    /**
     * The server's version; `undefined` if it does not report one (9.8.31 and older).
     * @throws EmonCmsError
     */
    async version(): Promise<string | undefined> {
        const { status, text } = await this.get("/version")
        if (!VERSION_STATUSES.includes(status)) throw new RefusedError("tell its version", `status ${status}`)
        return status === 200 && /^\d+\.\d+(\.\d+)?$/.test(text) ? text : undefined
    }

    private async send(method: string, path: string, query: Parameters, form?: Parameters): Promise<Answer> {
        const search = new URLSearchParams(asTexts(query)).toString()
        const url = this.address.url.replace(/\/$/, "") + path + (search ? `?${search}` : "")
        const { response, body } = await fetchWhole(url, {
            method,
            headers: { Authorization: `Bearer ${this.address.key}`, "User-Agent": "emonscript-setup" },
            body: form && new URLSearchParams(asTexts(form)),
        })
        return examine(response, body)
    }
}

/** Interprets a response. @throws EmonCmsError when EmonCMS is in trouble, or something else answers */
function examine(response: Response, body: string): Answer {
    const { status } = response
    if (status >= 300 && status < 400) throw new MovedError(targetOf(response.headers.get("Location")))
    if (body.includes("Fatal error") || body.startsWith("Can't connect to ")) {
        if (/mysqli|Can't connect to database/.test(body)) throw new ServerTroubleError("database", status)
        if (/redis/i.test(body)) throw new ServerTroubleError("Redis", status)
        throw new ServerTroubleError("EmonCMS", status)
    }
    const text = withoutNotices(body)
    if (status === 401) {
        if (/^Invalid (API|device) key/.test(text)) throw new WrongKeyError()
        throw new NotEmonCmsError(status)
    }
    if (status >= 500) throw new ServerTroubleError("EmonCMS", status)
    return { status, text, json: parsed(text) }
}

/** Removes the notices that PHP prints before and after the body on some installations. */
export function withoutNotices(body: string): string {
    return body.replace(/<br \/>\n<b>(Deprecated|Notice|Warning)<\/b>: [^\n]*<br \/>\n?/g, "").trim()
}

function asTexts(parameters: Parameters): Record<string, string> {
    return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]))
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text)
    } catch {
        return undefined // Text, a page, or nothing: the caller knows what to expect.
    }
}

function asksForLogin(json: unknown): boolean {
    return (
        typeof json === "object" &&
        json !== null &&
        "message" in json &&
        json.message === "Username or password empty"
    )
}

/** Scheme and host of a redirect. The rest may contain secrets of a foreign log-in page. */
function targetOf(location: string | null): string | undefined {
    if (location === null || !URL.canParse(location)) return undefined
    const { protocol, host } = new URL(location)
    return `${protocol}//${host}`
}
