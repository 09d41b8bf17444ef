import * as ds from "@devicescript/core"
import { debug } from "../../device/log"
import { EMPTY_UPLOAD, SESSION_PATH } from "../../emoncms/access"
import { adviceOn } from "../../emoncms/advice"
import { type Answer, answerLine, classify } from "../../emoncms/answer"
import { BULK_PATH, type BulkBody, FORM } from "../../emoncms/bulk"
import { lastRowPath, parseLastRow } from "../../emoncms/resume"
import type { Topic } from "../../kernel/topic"
import type { HttpClient, HttpRequest } from "../../net/http"
import { parseHttpDate } from "../../net/http-date"
import { ReplyBodyTooLarge, ReplyError } from "../../net/reply-errors"
import { SocketError, TlsRefused } from "../../net/socket-errors"
import type { ServerDate } from "../timekeeper"
import type { Account } from "./account"

/** The server's answer was not what a success looks like. */
export class UploadRefused extends Error {
    constructor(readonly answer: Answer) {
        super(adviceOn(answer))
    }
}

interface Reply {
    readonly status: number
    readonly contentType: string
    readonly body: string
    /** Whether `body` is all of it. */
    readonly complete: boolean
}

/** What the uplink asks of EmonCMS, and what the answers mean. Each answer's date goes to the timekeeper. */
export class Server {
    /** The date on the last answer, in ms since the Unix epoch; `undefined` when it had none. */
    dateMs: number = undefined
    /** `ds.millis()` before its request left, and after it came. */
    private sentAt: number
    private receivedAt: number
    /** Not every server can decompress: EmonCMS before 11.0.2 and PHP without zlib cannot. */
    compression = true
    /** The server was asked whether it has stored every value of a row. */
    isVerified = false
    /** It calls even a good answer a page, as some proxy may do: then the type of an answer means nothing. */
    private callsAllPages = false

    constructor(
        private readonly http: HttpClient,
        private readonly dates: Topic<ServerDate>,
    ) {}

    /**
     * Makes sure that the key may write.
     * @throws UploadRefused, SocketError, ReplyError
     */
    async checkKey({ url, authorization }: Account): Promise<void> {
        const { status, contentType, body, complete } = await this.exchange({
            method: "POST",
            url,
            path: BULK_PATH,
            headers: [authorization, FORM],
            body: EMPTY_UPLOAD,
        })
        const answer = classify(status, body, complete)
        if (answer !== "bad data" && answer !== "accepted") throw new UploadRefused(answer)
        this.callsAllPages = isPage(contentType)
        this.believeDate()
    }

    /**
     * Uploads a batch.
     * @param sentAt see {@link BulkBody.path}
     * @throws SocketError, ReplyError; see {@link mayHaveArrived}
     */
    async upload({ url, authorization }: Account, bulk: BulkBody, sentAt: number): Promise<Answer> {
        const { status, body, complete } = await this.exchange({
            method: "POST",
            url,
            path: bulk.path(sentAt),
            headers: [authorization, bulk.contentType()],
            bodyLength: bulk.finish(),
            body: bulk.buffer,
        })
        const answer = classify(status, body, complete)
        debug("uplink", "upload: " + answer)
        if (answer === "accepted") this.believeDate()
        return answer
    }

    /**
     * Asks for the time of the last row in which an input was.
     * @returns Unix seconds; `null` when the server knows of none
     * @throws UploadRefused, SocketError, ReplyError
     */
    async lastRow(account: Account, input: string): Promise<number> {
        const reply = await this.ask("GET", account, lastRowPath(account.node, input))
        const time = reply.complete ? parseLastRow(reply.body) : undefined
        if (time === undefined)
            throw answerLine(reply.body) === "false" ? new UploadRefused("no key") : unexpected(reply)
        this.believeDate()
        debug("uplink", "the server has " + input + " until " + time)
        return time
    }

    /**
     * Makes sure that no page for people would come back, without letting one come: late in a long outage the heap has no
     * room for it. An answer with status 401 says more with its body, which is small.
     * @throws UploadRefused, SocketError, ReplyError
     */
    async probe(account: Account): Promise<void> {
        const { status, contentType } = await this.ask("HEAD", account, SESSION_PATH)
        if (status === 401 || this.callsAllPages || !isPage(contentType)) return
        throw new UploadRefused(status === 200 ? "web page" : classify(status, ""))
    }

    /** Takes the date of the last answer for the time: it was EmonCMS that answered, and no portal, proxy or error page. */
    private believeDate() {
        const { dateMs, sentAt, receivedAt } = this
        if (dateMs !== undefined) this.dates.publish({ dateMs, sentAt, receivedAt })
    }

    private async ask(method: "GET" | "HEAD", { url, authorization }: Account, path: string): Promise<Reply> {
        return await this.exchange({ method, url, path, headers: [authorization] })
    }

    private async exchange(request: HttpRequest): Promise<Reply> {
        try {
            const { sentAt, status, contentType, body, date } = await this.http.request(request, {
                turnMs: 30000,
                connectMs: 15000,
                sendMs: 10000,
                firstByteMs: 20000,
                replyMs: 30000,
            })
            this.dateMs = parseHttpDate(date)
            this.sentAt = sentAt
            this.receivedAt = ds.millis()
            return { status, contentType, body, complete: true }
        } catch (e) {
            debug("uplink", request.method + " " + request.path + ": " + (e as Error).name)
            if (!(e instanceof ReplyBodyTooLarge)) throw e
            return { status: e.status, contentType: undefined, body: e.start, complete: false }
        }
    }
}

/** Made for people. EmonCMS answers so when it is in trouble, and others do always. */
function isPage(contentType: string): boolean {
    return (contentType ?? "").startsWith("text/html")
}

/** An answer that may be anything but a success. */
function unexpected({ status, body, complete }: Reply): UploadRefused {
    const answer = classify(status, body, complete)
    return new UploadRefused(answer === "accepted" ? "unknown" : answer)
}

/** Whether this is how requests fail through no fault of this program. */
export function isRemoteFailure(e: Error): boolean {
    return e instanceof UploadRefused || e instanceof SocketError || e instanceof ReplyError
}

/** Whether the server may have got, and handled, the request that failed so. */
export function mayHaveArrived(e: Error): boolean {
    if (!(e instanceof SocketError)) return true
    return e.phase !== "turn" && e.phase !== "connect" && !(e instanceof TlsRefused)
}
