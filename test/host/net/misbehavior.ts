import * as peer from "./behaviors"
import type { Outcome } from "./requests"

/** How a request ends: the reply's status and body, or the error and its phase. */
export type Expected = Partial<Omit<Outcome, "error">> & { error?: string | RegExp }

const OK = "HTTP/1.1 200 OK\r\n"
const HTML = `<!doctype html>\n<html>${"<p>Sign in</p>".repeat(3300)}</html>`

/** Whichever is noticed first: too many unread bytes, too much outside the body, or too long a body. */
const TOO_MUCH = /^(ReceiveOverflow|MalformedReply|cut)$/

/** Servers that misbehave, or behave in an unusual way, and how a request to each must end. */
export const MISBEHAVIOURS: [name: string, behavior: peer.Behavior, expected: Expected][] = [
    ["a good reply", peer.reply(`${OK}Content-Length: 2\r\n\r\nok`), { status: 200, body: "ok" }],
    ["silence", peer.silence, { error: "ReceiveTimeout", phase: "first byte" }],
    ["close at once", peer.closeAtOnce, { error: /ClosedByPeer|ConnectFailed/ }],
    ["reset at once", peer.resetAtOnce, { error: /ConnectionLost|ConnectFailed/ }],
    ["close before the status", peer.closeBeforeStatus, { error: "ClosedByPeer", phase: "first byte" }],
    ["reset before the status", peer.resetBeforeStatus, { error: "ConnectionLost", phase: "first byte" }],
    ["reset in the status line", peer.replyAndReset("HTTP/1."), { error: "ConnectionLost", phase: "reply" }],
    [
        "reset in the headers",
        peer.replyAndReset(`${OK}Content-Le`),
        { error: "ConnectionLost", phase: "reply" },
    ],
    ["close in the headers", peer.reply(`${OK}Content-Le`), { error: "ClosedByPeer", phase: "reply" }],
    [
        "reset in the body",
        peer.replyAndReset(`${OK}Content-Length: 9\r\n\r\nok`),
        { error: "ConnectionLost", phase: "reply" },
    ],
    [
        "a body shorter than its length",
        peer.reply(`${OK}Content-Length: 9\r\n\r\nok`),
        { error: "ClosedByPeer", phase: "reply" },
    ],
    [
        "a body longer than its length",
        peer.reply(`${OK}Content-Length: 2\r\n\r\nok and more`),
        { status: 200, body: "ok" },
    ],
    [
        "one byte at a time",
        peer.drip(`${OK}Date: Sun, 22 Nov 2026 06:56:24 GMT\r\nContent-Length: 2\r\n\r\nok`),
        { status: 200, body: "ok", date: "Sun, 22 Nov 2026 06:56:24 GMT" },
    ],
    [
        "split line ends",
        peer.segments("HTTP/1.1 200 OK\r", "\nContent-Length: 2\r", "\n\r", "\nok"),
        { status: 200, body: "ok" },
    ],
    [
        "chunks, one byte at a time",
        peer.drip(
            `${OK}Transfer-Encoding: chunked\r\n\r\n1;name=value\r\no\r\n1\r\nk\r\n0\r\nTrailer: x\r\n\r\n`,
        ),
        { status: 200, body: "ok" },
    ],
    [
        "chunks in odd pieces",
        peer.segments(`${OK}Transfer-Enc`, "oding: Chunked\r\n\r\n0", "2\r\nok\r", "\n0\r\n\r", "\n"),
        { status: 200, body: "ok" },
    ],
    [
        "chunks without the last one",
        peer.reply(`${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n`),
        { error: "ClosedByPeer", phase: "reply" },
    ],
    [
        "chunks without a size",
        peer.reply(`${OK}Transfer-Encoding: chunked\r\n\r\nok\r\n`),
        { error: "MalformedReply" },
    ],
    ["no length, then closed", peer.reply(`${OK}\r\nok`), { status: 200, body: "ok" }],
    ["no length, then reset", peer.replyAndReset(`${OK}\r\nok`), { error: "ConnectionLost", phase: "reply" }],
    ["HTTP/1.0", peer.reply("HTTP/1.0 200 OK\r\n\r\nok"), { status: 200, body: "ok" }],
    [
        "interim replies, then a body without an end",
        peer.segments(
            "HTTP/1.1 100 Continue\r\n\r\n",
            `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${OK}`,
            "\r\n",
        ),
        { error: "ReceiveTimeout", phase: "reply" },
    ],
    [
        "100 Continue before the reply",
        peer.replyAndStayOpen(`HTTP/1.1 100 Continue\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`),
        { status: 200, body: "ok" },
    ],
    [
        "a connection left open",
        peer.replyAndStayOpen(`${OK}Content-Length: 2\r\nConnection: keep-alive\r\n\r\nok`),
        { status: 200, body: "ok" },
    ],
    [
        "204 on a connection left open",
        peer.replyAndStayOpen("HTTP/1.1 204 No Content\r\n\r\n"),
        { status: 204, body: "" },
    ],
    [
        "a redirect",
        peer.reply(
            "HTTP/1.1 301 Moved Permanently\r\nLocation: https://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
        ),
        { status: 301, body: "" },
    ],
    ["a body that trickles forever", peer.trickle(`${OK}\r\n`), { error: "ReceiveTimeout", phase: "reply" }],
    ["an endless body", peer.endless(`${OK}\r\n`, "x".repeat(10_000)), { error: TOO_MUCH }],
    ["endless headers", peer.endless(OK, "X-More: and more\r\n".repeat(500)), { error: TOO_MUCH }],
    ["an endless header", peer.endless(`${OK}X-More: `, "x".repeat(10_000)), { error: TOO_MUCH }],
    [
        "endless interim replies",
        peer.endless("", "HTTP/1.1 100 Continue\r\n\r\n".repeat(100)),
        { error: TOO_MUCH },
    ],
    [
        "an endless body of tiny chunks",
        peer.endless(`${OK}Transfer-Encoding: chunked\r\n\r\n`, "1\r\nx\r\n".repeat(1000)),
        { error: TOO_MUCH },
    ],
    ["45 KB of HTML", peer.reply(`${OK}Content-Length: ${HTML.length}\r\n\r\n${HTML}`), { error: "cut" }],
    [
        "45 KB of HTML in one chunk",
        peer.reply(
            `${OK}Transfer-Encoding: chunked\r\n\r\n${HTML.length.toString(16)}\r\n${HTML}\r\n0\r\n\r\n`,
        ),
        { error: "cut" },
    ],
    ["garbage", peer.endless("", "\x00\xff\x01\r\n".repeat(2000)), { error: "MalformedReply" }],
    ["another protocol", peer.reply("SSH-2.0-OpenSSH_9.2\r\n"), { error: "MalformedReply" }],
    ["HTTP/2", peer.reply("HTTP/2 200\r\n\r\n"), { error: "MalformedReply" }],
    [
        "two lengths",
        peer.reply(`${OK}Content-Length: 2\r\nContent-Length: 3\r\n\r\nok`),
        { error: "MalformedReply" },
    ],
    ["an echo of the request", socket => socket.pipe(socket), { error: "MalformedReply" }],
]
