import { type HeaderList, queryForPhp, splitTarget, type WebReply, type WebServer } from "./web-server"

const SERVER = "Apache/2.4.71 (Debian)"
const MAX_REQUESTS = 101

/** Folders of EmonCMS that its `.htaccess` does not pass to PHP. */
const REAL_FOLDER = /^(\.well-known\/|docs|Lib|Modules|scripts|Theme)/

/** Title and text of Apache's own pages, without the signature. */
const PAGES: Record<number, readonly [reason: string, text: string]> = {
    400: ["Bad Request", "Your browser sent a request that this server could not understand.<br />\n"],
    403: ["Forbidden", "You don't have permission to access this resource."],
    404: ["Not Found", "The requested URL was not found on this server."],
    408: ["Request Timeout", "Server timeout waiting for the HTTP request from the client."],
    414: [
        "Request-URI Too Long",
        "The requested URL's length exceeds the capacity\nlimit for this server.<br />\n",
    ],
}

/**
 * Apache 2.4 with mod_php and EmonCMS's `.htaccess`: frames bodies with `Content-Length`, closes an idle connection after
 * 5 s, and once an upload is slower than 500 bytes/s, passes to PHP what has arrived of it.
 *
 * @param rules of the `.htaccess`: whether it strips one `emoncms/` too many from a path
 */
export function apache(rules: { readonly stripsPrefix: boolean }): WebServer {
    return { ...APACHE, rewrite: target => rewrite(target, rules.stripsPrefix) }
}

function rewrite(target: string, stripsPrefix: boolean): string | number {
    const parts = splitTarget(target)
    if (!parts) return 400
    const path = stripsPrefix ? parts.path.replace(/^emoncms\//, "") : parts.path
    if (REAL_FOLDER.test(path)) return 404
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what Apache refuses in a rewritten query
    if (/[\x00-\x20\x7f]/.test(path)) return 403
    return queryForPhp(path, parts.query)
}

function bodyFraming(streamed: boolean, length: number): HeaderList {
    return streamed ? ["Transfer-Encoding", "chunked"] : ["Content-Length", String(length)]
}

const APACHE: Omit<WebServer, "rewrite"> = {
    idleMs: 5000,
    requestsPerConnection: MAX_REQUESTS,
    keepsHttp10: true,
    headMs: 20_000,
    bodyLimit: Number.POSITIVE_INFINITY,
    answersStalled: true,
    bodyDeadline: ({ startedAt, received }) => startedAt + 10_000 + received * 2,

    // EmonCMS's .htaccess always sets the variable.
    authorization: header => header ?? "",

    errorPage(status, host, port): WebReply {
        const [reason, text] = PAGES[status]!
        const body =
            '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">\n' +
            `<html><head>\n<title>${status} ${reason}</title>\n</head><body>\n<h1>${reason}</h1>\n<p>${text}</p>\n` +
            `<hr>\n<address>${SERVER} Server at ${host} Port ${port}</address>\n</body></html>\n`
        return { status, reason, headers: [], contentType: "text/html; charset=iso-8859-1", body }
    },

    headers(
        { headers, contentType, streamed = false },
        { date, method, length, requestsLeft, keepAliveAsked },
    ) {
        const kept = keepAliveAsked
            ? ["Keep-Alive", `timeout=5, max=${requestsLeft}`, "Connection", "Keep-Alive"]
            : []
        return [
            ...["Date", date, "Server", SERVER],
            ...headers.flat(),
            ...(method === "HEAD" ? [] : bodyFraming(streamed, length)),
            ...(requestsLeft > 0 ? kept : ["Connection", "close"]),
            ...["Content-Type", contentType],
        ]
    },
}
