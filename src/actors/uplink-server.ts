import * as ds from "@devicescript/core"
import { adviceOn } from "../emoncms/advice"
import { type Answer, classify } from "../emoncms/answer"
import type { BulkBody } from "../emoncms/bulk"
import { parseHttpDate } from "../emoncms/http-date"
import { lastRowPath, parseLastRow } from "../emoncms/resume"
import { parseSession, SESSION_PATH } from "../emoncms/session"
import { debug } from "../kernel/log"
import type { Topic } from "../kernel/topic"
import type { HttpClient, HttpRequest } from "../net/http"
import { ReplyBodyTooLarge, ReplyError } from "../net/reply-errors"
import { SocketError, TlsRefused } from "../net/socket-errors"
import type { Account } from "./account"
import type { ServerDate } from "./timekeeper"

/** The server's answer was not what a success looks like. */
export class UploadRefused extends Error {
    constructor(readonly answer: Answer) {
        super(adviceOn(answer))
    }
}

interface Reply {
    readonly status: number
    readonly body: string
    /** Whether `body` is all of it. */
    readonly complete: boolean
}

/** What the uplink asks of EmonCMS, and what the answers mean. Each answer's date goes to the timekeeper. */
export class Server {
    /** The date on the last answer, in ms since the Unix epoch; `undefined` when it had none. */
    dateMs: number = undefined

    constructor(
        private readonly http: HttpClient,
        private readonly dates: Topic<ServerDate>,
    ) {}

    /**
     * Makes sure that the key may write.
     * @throws UploadRefused, SocketError, ReplyError
     */
    async check(account: Account): Promise<void> {
        const reply = await this.get(account, SESSION_PATH)
        const access = reply.complete ? parseSession(reply.body) : undefined
        if (access === "read" || access === "none") throw new UploadRefused("no write access")
        if (access !== "write") throw unexpected(reply)
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
        return answer
    }

    /**
     * Asks for the time of the last row in which an input was.
     * @returns Unix seconds; `null` when the server knows of none
     * @throws UploadRefused, SocketError, ReplyError
     */
    async lastRow(account: Account, input: string): Promise<number> {
        const reply = await this.get(account, lastRowPath(account.node, input))
        const time = reply.complete ? parseLastRow(reply.body) : undefined
        if (time === undefined) throw unexpected(reply)
        debug("uplink", "the server has " + input + " until " + time)
        return time
    }

    private async get({ url, authorization }: Account, path: string): Promise<Reply> {
        return await this.exchange({ method: "GET", url, path, headers: [authorization] })
    }

    private async exchange(request: HttpRequest): Promise<Reply> {
        try {
            const { sentAt, status, body, date } = await this.http.request(request, {
                turnMs: 30000,
                connectMs: 15000,
                sendMs: 10000,
                firstByteMs: 20000,
                replyMs: 30000,
            })
            const dateMs = parseHttpDate(date)
            this.dateMs = dateMs
            if (dateMs !== undefined) this.dates.publish({ dateMs, sentAt, receivedAt: ds.millis() })
            return { status, body, complete: true }
        } catch (e) {
            debug("uplink", request.method + " " + request.path + ": " + (e as Error).name)
            if (!(e instanceof ReplyBodyTooLarge)) throw e
            return { status: e.status, body: e.start, complete: false }
        }
    }
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
