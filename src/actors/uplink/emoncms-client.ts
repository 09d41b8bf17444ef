import { debug } from "../../device/log"
import { EMPTY_UPLOAD, SESSION_PATH } from "../../emoncms/access"
import { answerLine, classify } from "../../emoncms/answer"
import { BULK_PATH, type BulkBody, FORM } from "../../emoncms/bulk"
import { lastRowPath, parseLastRow } from "../../emoncms/resume"
import type { Topic } from "../../kernel/topic"
import type { HttpClient, HttpReply, HttpRequest } from "../../net/http"
import { parseHttpDate } from "../../net/http-date"
import { natural, upTo } from "../../net/parsing"
import { SocketError } from "../../net/socket-errors"
import type { Url } from "../../net/url"
import type { ServerDate } from "../timekeeper"
import type { Account } from "./account"
import { UploadFailed } from "./failure"

/**
 * Sends the uplink's requests to EmonCMS, and interprets the answers. The date of an answer goes to the timekeeper only if
 * nobody but EmonCMS can have given it: the clock of any other server is not to be trusted.
 */
export class Server {
    /** The date on EmonCMS's last answer, in ms since the Unix epoch; `undefined` if it had none. */
    dateMs: number | undefined = undefined
    /** Whether the server can decompress. EmonCMS before 11.0.2 and PHP without zlib cannot. */
    compression = true
    /** Whether the server was asked if it has stored every value of a row. */
    isVerified = false
    /** Whether even a good answer has the type of a page, perhaps because of a proxy: then the type means nothing. */
    private callsAllPages = false

    constructor(
        private readonly http: HttpClient,
        private readonly dates: Topic<ServerDate>,
    ) {}

    /**
     * Checks that the key has write access.
     * @throws UploadFailed, SocketError, ReplyError
     */
    async checkKey({ url, authorization }: Account): Promise<void> {
        const reply = await this.exchange({
            method: "POST",
            url,
            path: BULK_PATH,
            headers: [authorization, FORM],
            body: EMPTY_UPLOAD,
        })
        const failed = failureOf(reply, url)
        if (failed && failed.cause !== "bad data") throw failed
        this.callsAllPages = isPage(reply.contentType)
        this.believe(reply, 0)
    }

    /**
     * Uploads a batch.
     * @param sentAt see {@link BulkBody.path}
     * @returns why it was not accepted; `undefined` when it was
     * @throws SocketError, ReplyError; see {@link mayHaveArrived}
     */
    async upload(
        { url, authorization }: Account,
        bulk: BulkBody,
        sentAt: number | undefined,
    ): Promise<UploadFailed | undefined> {
        const reply = await this.exchange({
            method: "POST",
            url,
            path: bulk.path(sentAt),
            headers: [authorization, bulk.contentType()],
            bodyLength: bulk.finish(),
            body: bulk.buffer,
        })
        const failed = failureOf(reply, url)
        debug("uplink", "upload: " + (failed ? failed.cause : "accepted"))
        if (!failed) this.believe(reply, 0)
        return failed
    }

    /**
     * Asks for the time of the last row that contained an input.
     * @returns Unix seconds; `null` if the server knows of none
     * @throws UploadFailed, SocketError, ReplyError
     */
    async lastRow(account: Account, input: string): Promise<number | null> {
        const reply = await this.ask("GET", account, lastRowPath(account.node, input))
        const body = reply.body()
        const isAnswer = reply.status === 200 && !reply.isCut
        const time = isAnswer ? parseLastRow(body) : undefined
        if (time === undefined) {
            if (isAnswer && answerLine(body) === "false") throw new UploadFailed("no key")
            throw failureOf(reply, account.url) ?? new UploadFailed("unknown")
        }
        this.believe(reply, time ?? 0)
        return time
    }

    /**
     * Checks that the server would not answer with a page, without letting one come: late in a long outage the heap has no
     * room for it. {@link LET_THROUGH} lists exceptions.
     * @throws UploadFailed, SocketError, ReplyError
     */
    async probe(account: Account): Promise<void> {
        const reply = await this.ask("HEAD", account, SESSION_PATH)
        const { status, contentType } = reply
        if (LET_THROUGH.includes(status) || this.callsAllPages || !isPage(contentType)) return
        throw status === 200 ? new UploadFailed("web page") : failureOf(reply, account.url)
    }

    /** @param lastRow Unix seconds of a row that the server has; 0 for none */
    private believe({ date, sentAt, receivedAt }: HttpReply, lastRow: number) {
        const dateMs = parseHttpDate(date)
        this.dateMs = dateMs
        if (dateMs !== undefined)
            this.dates.publish({ dateMs, sentAt, receivedAt, lastRowMs: lastRow * 1000 })
    }

    private async ask(
        method: "GET" | "HEAD",
        { url, authorization }: Account,
        path: string,
    ): Promise<HttpReply> {
        return await this.exchange({ method, url, path, headers: [authorization] })
    }

    private async exchange(request: HttpRequest): Promise<HttpReply> {
        return await this.http.request(request, {
            turnMs: 30000,
            connectMs: 15000,
            sendMs: 10000,
            firstByteMs: 20000,
            replyMs: 30000,
        })
    }
}

/** Status codes of small bodies: a wrong key, and servers that refuse `HEAD`. */
const LET_THROUGH = [401, 403, 405]

/** Whether an answer is an HTML page. EmonCMS sends one when it is in trouble; other servers always do. */
function isPage(contentType: string): boolean {
    return contentType.startsWith("text/html")
}

/** Why the answer is not a success; `undefined` if it is one. */
function failureOf(reply: HttpReply, { host }: Url): UploadFailed | undefined {
    const { location, retryAfter } = reply
    let cause = classify(reply.status, reply.body(), !reply.isCut)
    if (cause === "accepted") return undefined
    let detail = ""
    const scheme = upTo(location, "://")
    if (cause === "moved" && scheme !== location) {
        const to = upTo(location.slice(scheme.length + 3), "/")
        const isElsewhere = upTo(to, ":").toLowerCase() !== host.toLowerCase()
        if (isElsewhere) cause = "login page"
        detail = (isElsewhere ? " at " : " to ") + scheme + "://" + to
    }
    const seconds = natural(retryAfter, 10)
    const retryMs =
        seconds > 0
            ? seconds * 1000
            : (parseHttpDate(retryAfter) as number) - (parseHttpDate(reply.date) as number)
    return new UploadFailed(cause, detail, retryMs)
}

/** Whether the server may have received and handled a request that failed with this error. */
export function mayHaveArrived(e: Error): boolean {
    if (!(e instanceof SocketError)) return true
    return e.phase !== "turn" && e.phase !== "connect" && e.failure !== "TlsRefused"
}
