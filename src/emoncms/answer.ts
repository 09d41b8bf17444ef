import { beginsWithNotices } from "../net/http-response"
import { tryParse } from "./json"
import { lookUp } from "./table"

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
    /** It was accepted, and some of its values are not there. */
    | "not stored"
    /** The data was not understood; rows before the bad one may be stored. */
    | "bad data"
    /** The body is larger than the web server takes. */
    | "too large"
    /** The path leads nowhere in this EmonCMS. */
    | "wrong path"
    /** The server sends us to another address. */
    | "redirect"
    /** A page for people: a router's log-in, or something else that is no EmonCMS. */
    | "web page"
    | "database down"
    | "redis down"
    /** EmonCMS itself failed, possibly on one row; rows before that one are stored. */
    | "crash"
    /** The web server cannot serve now. */
    | "server trouble"
    /** The web server will not serve us. */
    | "forbidden"
    /** EmonCMS says no, in words that are not known here. */
    | "refused"
    | "unknown"

/** What a status means when the body is in nobody's words. */
const STATUSES = `
401: password page
403: forbidden
404: wrong path
405: wrong path
406: wrong path
407: forbidden
408: server trouble
410: wrong path
413: too large
429: server trouble
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
    const failure = ownWords(body)
    if (failure) return failure
    if (status === 200) return isPage(body.trim()) || !complete ? "web page" : classifyAnswer(answer)
    if (status >= 500) return "server trouble"
    if (status >= 300 && status < 400) return "redirect"
    return (lookUp(STATUSES, "" + status) ?? "unknown") as Answer
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

/** What EmonCMS or PHP says in the same words whatever the status, with notices before and behind. */
function ownWords(text: string): Answer {
    if (text.includes("Invalid API key") || text.includes("Invalid device key")) return "wrong key"
    if (text.includes("Can't connect to database")) return "database down"
    if (text.includes("Can't connect to redis")) return "redis down"
    if (!text.includes("Fatal error")) return undefined
    if (text.includes("mysqli")) return "database down"
    return text.includes("Redis") ? "redis down" : "crash"
}

function classifyAnswer(text: string): Answer {
    if (text === "") return "no write access"
    if (text === "false") return "wrong path"
    if (text.startsWith("Error: ")) return "no key"
    const reply = tryParse<{ success?: unknown; message?: unknown }>(text)
    const message = reply?.message
    if (typeof message !== "string" || reply.success !== false) return "unknown"
    if (message.startsWith("Username or password")) return "no key"
    if (message.includes("maximal allowed number")) return "node limit"
    if (message.startsWith("Format error")) return "bad data"
    if (message.startsWith("Request contains no data")) return "bad data"
    if (message.includes("not a valid JSON")) return "bad data"
    return message.includes("Route not found") ? "wrong path" : "refused"
}
