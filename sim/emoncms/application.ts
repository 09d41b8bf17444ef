import { randomBytes } from "node:crypto"
import type { Clock } from "../clock"
import type { Account, Session } from "./account"
import { type DecryptedPost, decryptPost, EncryptedPostError, isEncrypted } from "./encrypted-post"
import { feedController } from "./feed-controller"
import { inputController } from "./input-controller"
import type { Inputs } from "./inputs"
import { type Parameters, parseForm, parseMultipart } from "./php/form"
import { Notices, PhpFatalError } from "./php/output"
import { stripSlashes } from "./php/text"
import type { Storage } from "./processes"
import {
    HTML,
    jsonOutput,
    type Output,
    type PhpReply,
    type PhpRequest,
    pageOutput,
    textOutput,
} from "./reply"
import { parseRoute, type Route } from "./route"

const VERSION = "11.16.8"

/** PHP ignores larger bodies (`post_max_size`). */
const POST_MAX_SIZE = 8 * 1024 * 1024

const NO_SESSION: Session = { read: false, write: false }

/** A request on its way through the controllers. */
export interface Context {
    readonly route: Route
    readonly session: Session
    readonly query: Parameters
    readonly post: Parameters
    /** Query and post together, as the input API reads them. */
    readonly parameters: Parameters
    readonly body: Buffer
    /** Reply to a good encrypted post. */
    readonly digest: string | undefined
    /** The server's time in seconds since the Unix epoch. */
    readonly now: number
    readonly notices: Notices
}

/** Faults of the installation that can be switched on. */
export interface Faults {
    /** MariaDB refuses connections. */
    databaseDown: boolean
    /** Redis refuses connections. */
    redisDown: boolean
    /** Whether PHP shows errors (with status 200), as EmonCMS does by default, or answers an empty 500. */
    displayErrors: boolean
}

/** EmonCMS behind the web server: from a request of PHP to a reply. */
export class Application {
    constructor(
        private readonly clock: Clock,
        private readonly account: Account,
        private readonly inputs: Inputs,
        private readonly storage: Storage,
        private readonly faults: Faults,
    ) {}

    async handle(request: PhpRequest): Promise<PhpReply> {
        const query = parseForm(request.query)
        const post = await readBody(request)
        const headers: [string, string][] = []
        const notices = new Notices()
        try {
            const output = this.run(request, query, post, headers, notices)
            const printed = this.faults.displayErrors ? notices.html : ""
            return { status: 200, ...output, headers, body: printed + output.body }
        } catch (error) {
            if (!(error instanceof PhpFatalError)) throw error
            const shown = this.faults.displayErrors
            const body = shown ? notices.html + error.html : ""
            return { status: shown ? 200 : 500, headers, contentType: HTML, body }
        }
    }

    /** @param headers where headers are set, which also an error leaves in the reply */
    private run(
        request: PhpRequest,
        query: Parameters,
        post: Parameters,
        headers: [string, string][],
        notices: Notices,
    ): Output {
        this.connect()
        const key = readKey(request, query, post)
        const session = key ? this.account.session(key) : NO_SESSION
        if (!session) {
            headers.push(["WWW-Authenticate", INVALID_KEY])
            return { contentType: HTML, body: "Invalid API key", status: 401 }
        }
        if (!key) headers.push(...sessionCookie())
        const route = parseRoute(stripSlashes(query.get("q") ?? ""))
        if (request.method === "OPTIONS") {
            headers.push(...PREFLIGHT)
            return { contentType: HTML, body: "" }
        }
        const decrypted = this.decrypt(request, route)
        if (decrypted instanceof EncryptedPostError) return { contentType: HTML, body: decrypted.message }
        const context: Context = {
            route,
            session: decrypted ? { read: true, write: true } : session,
            query,
            post,
            parameters: mergeParameters(query, post, decrypted),
            body: request.body,
            digest: decrypted?.digest,
            now: Math.floor(this.clock.now() / 1000),
            notices,
        }
        return this.control(context, headers)
    }

    private connect(): void {
        if (this.faults.redisDown) throw refused("RedisException", "Redis->connect", 39)
        if (this.faults.databaseDown) throw refused("mysqli_sql_exception", "mysqli->__construct", 74)
    }

    private decrypt(
        request: PhpRequest,
        { controller, action }: Route,
    ): DecryptedPost | EncryptedPostError | undefined {
        const takesEncrypted = controller === "input" && (action === "post" || action === "bulk")
        if (!takesEncrypted || !isEncrypted(request.contentType)) return undefined
        try {
            return decryptPost(request.contentType, request.authorization, request.body, this.account)
        } catch (error) {
            if (error instanceof EncryptedPostError) return error
            throw error
        }
    }

    private control(context: Context, headers: [string, string][]): Output {
        const { controller, action, format } = context.route
        switch (controller) {
            case "describe":
                headers.push(["Access-Control-Allow-Origin", "*"])
                return textOutput("emoncms")
            case "version":
                return { contentType: "text/plain; charset=utf-8", body: VERSION }
            case "input":
                return inputController(context, this.inputs, this.storage, this.account.userId)
        }
        const known =
            controller === "" || controller === "feed" || controller === "user" || controller === "time"
        if (!known) return notFound(format)
        if (format !== "json") return pageOutput("Emoncms")
        if (controller === "feed") return feedController(context, this.storage.feeds, this.account.userId)
        if (controller === "time") return textOutput(serverTime(context))
        const { read, write } = context.session
        if (action !== "session" || !read) return jsonOutput(false)
        return jsonOutput({ userid: this.account.userId, type: write ? "write" : "read" })
    }
}

const INVALID_KEY = 'Bearer realm="API KEY", error="invalid_apikey", error_description="Invalid API key"'

const PREFLIGHT: [string, string][] = [
    ["Access-Control-Allow-Origin", "*"],
    ["Access-Control-Allow-Headers", "Authorization"],
    ["Access-Control-Allow-Methods", "GET"],
]

/** A request without key gets a session, as a browser would. */
function sessionCookie(): [string, string][] {
    return [
        [
            "Set-Cookie",
            `EMONCMS_SESSID=${randomBytes(13).toString("hex")}; path=/; HttpOnly; SameSite=Strict`,
        ],
        ["Expires", "Thu, 19 Nov 1981 08:52:00 GMT"],
        ["Cache-Control", "no-store, no-cache, must-revalidate"],
        ["Pragma", "no-cache"],
    ]
}

function refused(type: string, call: string, line: number): PhpFatalError {
    const at = { file: "index.php", line }
    return new PhpFatalError(type, "Connection refused", at, [{ ...at, call }])
}

/** PHP parses the body of POST requests with one of the two form types, and no other. */
async function readBody({ method, contentType = "", body }: PhpRequest): Promise<Parameters> {
    const type = contentType.split(";")[0]!.trim().toLowerCase()
    if (method !== "POST" || body.length > POST_MAX_SIZE) return new Map()
    if (type === "application/x-www-form-urlencoded") return parseForm(body.toString("latin1"))
    if (type === "multipart/form-data") return parseMultipart(body, contentType)
    return new Map()
}

/** The key that decides, even if it is wrong: query, then body, then header. A device key counts as none. */
function readKey(request: PhpRequest, query: Parameters, post: Parameters): string {
    const parameter = query.get("apikey") ?? post.get("apikey")
    if (parameter !== undefined) return parameter === "0" ? "" : parameter
    if (query.has("devicekey") || post.has("devicekey") || isEncrypted(request.contentType)) return ""
    return (request.authorization ?? "").replaceAll("Bearer ", "")
}

function mergeParameters(
    query: Parameters,
    post: Parameters,
    decrypted: DecryptedPost | undefined,
): Parameters {
    const sent = [...query, ...post].map(([name, value]): [string, string] => [name, stripSlashes(value)])
    return new Map([...sent, ...(decrypted?.parameters ?? [])])
}

function notFound(format: string): Output {
    if (format === "html") return pageOutput("406 Not Acceptable", 406)
    return { ...jsonOutput({ success: false, message: "406 Not Acceptable. Route not found" }), status: 406 }
}

/** Time of day in the server's zone (UTC). `local` needs a key. */
function serverTime({ route, session, now }: Context): string {
    if (route.action !== "server" && !(route.action === "local" && session.read)) return ""
    return `t${new Date(now * 1000).toISOString().slice(11, 19).replaceAll(":", ",")}`
}
