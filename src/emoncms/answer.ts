import { firstFound, lookUp } from "../kernel/table"
import { beginsWithNotices } from "../net/http-response"
import { tryParse } from "./json"

/** What the answer to an upload means. */
export type Answer =
    | "accepted"
    /** The key is unknown to this EmonCMS. */
    | "wrong key"
    /** A password other than EmonCMS's own is required. */
    | "password page"
    /** The key can only read, or no key arrived. */
    | "no write access"
    /** No key arrived at an EmonCMS before 11.2, or an EmonCMS before 9.8.10 does not know the request. */
    | "no key"
    /** Rows of a new node, although the account already has 32 nodes. Rows before the first of these are stored. */
    | "node limit"
    /** The data was not understood; rows before the bad one may be stored. */
    | "bad data"
    /** The body is larger than the web server accepts. */
    | "too large"
    /** This EmonCMS does not know the path. */
    | "wrong path"
    /** The server redirects us to another of its own addresses. */
    | "moved"
    /** The network redirects us to its log-in page. */
    | "login page"
    /** The request went by http to an https port. */
    | "tls port"
    /** A page for people: a router's log-in page, or something else that is not EmonCMS. */
    | "web page"
    | "database down"
    | "redis down"
    /** Redis cannot save, or has no memory left. */
    | "redis full"
    | "disk full"
    /** EmonCMS itself failed, possibly on one row; rows before that one are stored. */
    | "crash"
    /** The web server cannot answer requests now. */
    | "server trouble"
    /** A proxy in front of EmonCMS cannot reach it. */
    | "proxy trouble"
    /** A proxy or firewall in front of EmonCMS refuses us. */
    | "blocked"
    /** EmonCMS refuses the data with a message that is not known here. */
    | "refused"
    | "unknown"

/** Meaning of a status if the body has no known words. */
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

/** Meaning of a body that contains these words, whatever the status and the notices. */
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

/** Meaning of a refusal whose message contains these words. */
const MESSAGES = `
no key: Username or password
node limit: maximal allowed number
bad data: Format error
bad data: Request contains no data
bad data: not a valid JSON
`

/** Meaning of a PHP crash whose message contains these words. */
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
 * Determines what the answer to a bulk upload means. Texts and codes were observed on EmonCMS 9.7 to 11.16.
 *
 * The status alone means little, because most failures come with 200. An upload is accepted only if the status is 200 and
 * the last line of the body is exactly `ok` or `{"success": true}`. PHP may print notices before that line.
 *
 * @param complete whether `body` has its end; the beginning of a long body is never a success
 */
export function classify(status: number, body: string, complete = true): Answer {
    const answer = answerLine(body)
    if (status === 200 && complete && (answer === "ok" || answer === '{"success": true}')) return "accepted"
    // The middle of a long body is not kept. It may have held the beginning of PHP's crash message, but its end is there.
    const isCrash = body.includes("Fatal error") || body.includes("thrown in <b>")
    const failure = firstFound(isCrash ? CRASHES : WORDS, body) as Answer
    if (failure) return failure
    if (status === 200) return isPage(body.trim()) || !complete ? "web page" : classifyAnswer(answer)
    if (status >= 300 && status < 400) return "moved"
    // statuses of Cloudflare
    if (status >= 520 && status < 540) return "proxy trouble"
    return (lookUp(STATUSES, "" + status) ?? (status >= 500 ? "server trouble" : "unknown")) as Answer
}

/** Returns the last line of a body, after any PHP notices; empty if there are only notices. */
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
    return (firstFound(MESSAGES, reply.message) ?? "refused") as Answer
}
