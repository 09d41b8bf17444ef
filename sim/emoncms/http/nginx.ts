import {
    type Framing,
    type HeaderList,
    queryForPhp,
    splitTarget,
    type WebReply,
    type WebServer,
} from "./web-server"

const SERVER = "nginx/1.22.1"
const MAX_REQUESTS = 1000
const MEBIBYTE = 1024 * 1024

const REASONS: Record<number, string> = {
    400: "Bad Request",
    413: "Request Entity Too Large",
    414: "Request-URI Too Large",
}

/**
 * nginx 1.22 with php-fpm and a plain rewrite: sends PHP's replies in chunks, closes an idle connection after 75 s, accepts
 * bodies up to 1 MiB, and drops a stalled upload without an answer.
 */
export const nginx: WebServer = {
    idleMs: 75_000,
    requestsPerConnection: MAX_REQUESTS,
    keepsHttp10: false,
    headMs: 60_000,
    bodyLimit: MEBIBYTE,
    answersStalled: false,
    bodyDeadline: ({ lastByteAt }) => lastByteAt + 60_000,

    rewrite(target) {
        const parts = splitTarget(target)
        return parts ? queryForPhp(parts.path, parts.query) : 400
    },

    authorization: header => header,

    errorPage(status): WebReply {
        const reason = REASONS[status]!
        const title = `${status} ${reason}`
        const body =
            `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n` +
            `<hr><center>${SERVER}</center>\r\n</body>\r\n</html>\r\n`
        return { status, reason, headers: [], contentType: "text/html", body }
    },

    headers({ headers, contentType }, framing) {
        return [
            ...["Server", SERVER, "Date", framing.date, "Content-Type", contentType],
            ...bodyFraming(framing),
            ...["Connection", framing.requestsLeft > 0 ? "keep-alive" : "close"],
            ...headers.flat(),
        ]
    },
}

/** Without any of these headers, the end of the connection ends the body. */
function bodyFraming({ streamed, length, method, httpVersion }: Framing): HeaderList {
    if (!streamed) return ["Content-Length", String(length)]
    return method === "HEAD" || httpVersion === "1.0" ? [] : ["Transfer-Encoding", "chunked"]
}
