import { firstFound, lookUp } from "../kernel/table"
import { beginsWithNotices } from "../net/http-response"
import { tryParse } from "./json"

/** What the answer to an upload means. */
export type Answer =
    | "accepted"
    /** The key is unknown to this EmonCMS. */
    | "wrong key"
    /** Another password than EmonCMS's own is asked for. */
    | "password page"
    /** The key may only read, or no key arrived. */
    | "no write access"
    /** No key arrived, on the way to an EmonCMS before 11.2; or one before 9.8.10 does not know what it was asked. */
    | "no key"
    /** Rows of a new node, when the account has 32 nodes already; rows before the first of them are stored. */
    | "node limit"
    /** The data was not understood; rows before the bad one may be stored. */
    | "bad data"
    /** The body is larger than the web server takes. */
    | "too large"
    /** The path leads nowhere in this EmonCMS. */
    | "wrong path"
    /** The server sends us to another address of its own. */
    | "moved"
    /** The network sends us to a page where one logs in. */
    | "login page"
    /** It was asked by http at a port where it speaks https. */
    | "tls port"
    /** A page for people: a router's log-in, or something else that is no EmonCMS. */
    | "web page"
    | "database down"
    | "redis down"
    /** Redis cannot save, or has no memory left. */
    | "redis full"
    | "disk full"
    /** EmonCMS itself failed, possibly on one row; rows before that one are stored. */
    | "crash"
    /** The web server cannot serve now. */
    | "server trouble"
    /** Somebody before EmonCMS cannot reach it. */
    | "proxy trouble"
    /** Somebody before EmonCMS will not serve us. */
    | "blocked"
    /** EmonCMS says no, in words that are not known here. */
    | "refused"
    | "unknown"

/** What a status means when the body is in nobody's words. */
const STATUSES = `
401: password page
403: blocked
404: wrong path
405: wrong path
406: blocked
407: blocked
408: server trouble
410: wrong path
413: too large
421: blocked
425: server trouble
429: server trouble
451: blocked
502: proxy trouble
504: proxy trouble
511: login page
`

/** What a body means in which these words stand, whatever the status and the notices. */
const WORDS = `
wrong key: Invalid API key
wrong key: Invalid device key
database down: Can't connect to database
redis down: Can't connect to redis
wrong path: Route not found
wrong path: URI not acceptable
wrong path: <html class="theme-
tls port: HTTPS port
tls port: HTTPS server
tls port: SSL-enabled
`

/** What a crash of PHP means in which these words stand. */
const CRASHES = `
redis full: MISCONF
redis full: OOM command
disk full: No space left
disk full: is full
database down: mysqli
redis down: Redis
crash: Fatal error
crash: thrown in <b>
`

/**
 * Tells what the answer to a bulk upload means. Texts and codes are those of EmonCMS 9.7 to 11.16, measured.
 *
 * The status alone means little, because most failures come with 200. Accepted is only status 200 with a body whose last
 * line is exactly `ok` or `{"success": true}`: PHP may print notices before it.
 *
 * @param complete whether the end of the body is there; the beginning of a long body is never a success
 */
export function classify(status: number, body: string, complete = true): Answer {
    const answer = answerLine(body)
    if (status === 200 && complete && (answer === "ok" || answer === '{"success": true}')) return "accepted"
    // Of a long body the middle is not kept, and with it perhaps how PHP begins to tell of a crash; but how it ends.
    const isCrash = body.includes("Fatal error") || body.includes("thrown in <b>")
    const failure = firstFound(isCrash ? CRASHES : WORDS, body) as Answer
    if (failure) return failure
    if (status === 200) return isPage(body.trim()) || !complete ? "web page" : classifyAnswer(answer)
    if (status >= 300 && status < 400) return "moved"
    // those of Cloudflare
    if (status >= 520 && status < 540) return "proxy trouble"
    return (lookUp(STATUSES, "" + status) ?? (status >= 500 ? "server trouble" : "unknown")) as Answer
}

/** The last line of a body, before which PHP may have printed notices; nothing when there are only notices. */
export function answerLine(body: string): string {
    const text = body.trim()
    const last = text.slice(text.lastIndexOf("\n") + 1)
    return last.startsWith("<b>") ? "" : last
}

function isPage(text: string): boolean {
    return text.startsWith("<") && !beginsWithNotices(text)
}

function classifyAnswer(text: string): Answer {
    if (text === "") return "no write access"
    if (text === "false") return "wrong path"
    if (text.startsWith("Error: ")) return "no key"
    const reply = tryParse<{ success?: unknown; message?: unknown }>(text)
    if (typeof reply?.message !== "string" || reply.success !== false) return "unknown"
    const { message } = reply
    if (message.startsWith("Username or password")) return "no key"
    if (message.includes("maximal allowed number")) return "node limit"
    if (message.startsWith("Format error")) return "bad data"
    if (message.startsWith("Request contains no data")) return "bad data"
    if (message.includes("not a valid JSON")) return "bad data"
    return "refused"
}
