import { randomBytes } from "node:crypto"
import type { Clock } from "../clock"
import type { Account, Session } from "./account"
import { appController } from "./app-controller"
import type { Apps } from "./apps"
import type { Context } from "./context"
import { type DecryptedPost, decryptPost, EncryptedPostError, isEncrypted } from "./encrypted-post"
import { feedController } from "./feed-controller"
import { inputController } from "./input-controller"
import type { Inputs } from "./inputs"
import { type Parameters, parseForm, parseMultipart } from "./php/form"
import { Notices, PhpFatalError } from "./php/output"
import { stripSlashes } from "./php/text"
import type { Storage } from "./processes"
import type { Release } from "./release"
import {
    HTML,
    jsonOutput,
    notFound,
    type Output,
    type PhpReply,
    type PhpRequest,
    pageOutput,
    textOutput,
} from "./reply"
import { parseRoute, type Route } from "./route"

/** PHP ignores larger bodies (`post_max_size`). */
const POST_MAX_SIZE = 8 * 1024 * 1024

const NO_SESSION: Session = { read: false, write: false }

/** Faults of the installation that can be switched on. */
export interface Faults {
    /** MariaDB refuses connections. */
    databaseDown: boolean
    /** Redis refuses connections. */
    redisDown: boolean
    /** Whether PHP shows errors (with status 200), as EmonCMS does by default, or sends an empty 500. */
    displayErrors: boolean
}

/** EmonCMS behind the web server: turns a PHP request into a reply. */
export class Application {
    constructor(
        private readonly release: Release,
        private readonly clock: Clock,
        private readonly account: Account,
        private readonly inputs: Inputs,
        private readonly storage: Storage,
        private readonly apps: Apps | undefined,
        private readonly faults: Faults,
    ) {}

    async handle(request: PhpRequest): Promise<PhpReply> {
        const query = parseForm(request.query)
        const post = await readBody(request)
        const headers: [string, string][] = []
        const notices = new Notices()
        try {
            const output = this.run(request, query, post, headers, notices)
            if (!this.faults.displayErrors) return { status: 200, ...output, headers }
            // Output beyond PHP's buffer leaves before the script sets the content type.
            const flushed = Buffer.byteLength(notices.html) > OUTPUT_BUFFER
            const contentType = flushed ? HTML : output.contentType
            const body = notices.html + output.body + notices.htmlAfter
            return { status: 200, ...output, contentType, headers, body, streamed: flushed }
        } catch (error) {
            if (!(error instanceof PhpFatalError)) throw error
            const shown = this.faults.displayErrors
            const body = shown ? notices.html + error.html + notices.htmlAfter : ""
            return { status: shown ? 200 : 500, headers, contentType: HTML, body }
        }
    }

    /** @param headers gets the reply's headers; those set before an error stay in the reply */
    private run(
        request: PhpRequest,
        query: Parameters,
        post: Parameters,
        headers: [string, string][],
        notices: Notices,
    ): Output {
        const { release } = this
        if (release.noticesConstant) noticeConstant(notices)
        const refusal = this.connect()
        if (refusal) return refusal
        const key = readKey(request, query, post)
        const session = key ? this.account.session(key) : NO_SESSION
        if (!session) {
            headers.push(["WWW-Authenticate", INVALID_KEY])
            if (release.noticesParameters) notices.logTimeAfter()
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
            release,
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

    /** What EmonCMS prints when its database refuses the connection; `undefined` if all is well. */
    private connect(): Output | undefined {
        if (this.faults.redisDown) throw refused("RedisException", "Redis->connect", 39)
        if (!this.faults.databaseDown) return undefined
        if (this.release.databaseThrows) throw refused("mysqli_sql_exception", "mysqli->__construct", 74)
        const reason = this.faults.displayErrors ? "Error message: <b>Connection refused</b>" : ""
        const sentence = "Can't connect to database, please verify credentials/configuration in"
        return { contentType: HTML, body: `${sentence} ${this.release.settingsFile}<br />${reason}` }
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
        const { release, route, session } = context
        const { controller, format } = route
        const { versionAnswer } = release
        if (controller === "describe") {
            headers.push(["Access-Control-Allow-Origin", "*"])
            return { contentType: "text/plain;charset=UTF-8", body: "emoncms" }
        }
        if (release.noticesParameters) noticeParameters(context.notices, 2)
        if (controller === "version" && versionAnswer) {
            if (release.noticesConstant) noticeConstant(context.notices)
            return versionAnswer
        }
        if (release.noticesParameters) noticeParameters(context.notices, 1)
        const installed = CONTROLLERS.has(controller) || (controller === "app" && this.apps !== undefined)
        if (!installed) return notFound(context)
        if (!session.read && release.asksForLogin && controller !== "time") return login(context)
        if (controller === "input") {
            return inputController(context, this.inputs, this.storage, this.account.userId)
        }
        if (format !== "json") return pageOutput("Emoncms")
        if (controller === "feed") return feedController(context, this.storage.feeds, this.account.userId)
        if (controller === "time") return textOutput(release, serverTime(context))
        if (controller === "app" && this.apps) return appController(context, this.apps, this.account.userId)
        return userController(context, this.account.userId)
    }
}

/** The modules that every EmonCMS has. */
const CONTROLLERS = new Set(["", "feed", "input", "time", "user"])

/** Number of missing parameters that the log-in looks for. */
const LOGIN_PARAMETERS = 4

/** Output that PHP holds back until the headers are known (`output_buffering`), in bytes. */
const OUTPUT_BUFFER = 4096

const INVALID_KEY = 'Bearer realm="API KEY", error="invalid_apikey", error_description="Invalid API key"'

const PREFLIGHT: [string, string][] = [
    ["Access-Control-Allow-Origin", "*"],
    ["Access-Control-Allow-Headers", "Authorization"],
    ["Access-Control-Allow-Methods", "GET"],
]

/** A request without a key gets a session, as a browser would. */
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

/** PHP parses only the bodies of POST requests, and only those with one of the two form types. */
async function readBody({ method, contentType = "", body }: PhpRequest): Promise<Parameters> {
    const type = contentType.split(";")[0]!.trim().toLowerCase()
    if (method !== "POST" || body.length > POST_MAX_SIZE) return new Map()
    if (type === "application/x-www-form-urlencoded") return parseForm(body.toString("latin1"))
    if (type === "multipart/form-data") return parseMultipart(body, contentType)
    return new Map()
}

/** The key that decides, even if it is wrong: from the query, else the body, else the header. A device key counts as no key. */
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

/** Reply of an older EmonCMS when nobody is logged in and nothing else applies. */
function login({ release, route, notices }: Context): Output {
    const { controller, action, format } = route
    if (release.noticesParameters) {
        notices.logTime()
        noticeParameters(notices, LOGIN_PARAMETERS)
    }
    const forcesJson = controller === "input" && (action === "post" || action === "bulk")
    if (format !== "json" && !forcesJson) return pageOutput("Login")
    return jsonOutput({ success: false, message: "Username or password empty" })
}

function userController({ release, route, session }: Context, userid: number): Output {
    if (route.action !== "session" || !session.read || !release.tellsSession) return jsonOutput(false)
    return jsonOutput({ userid, type: session.write ? "write" : "read" })
}

function noticeConstant(notices: Notices): void {
    notices.print("Deprecated", "Constant FILTER_SANITIZE_STRING is deprecated", {
        file: "core.php",
        line: 195,
    })
}

/** Prints notices about parameters that EmonCMS looks for in every request and that no device sends. */
function noticeParameters(notices: Notices, count: number): void {
    for (let i = 0; i < count; i++) notices.missingText("stripslashes", "core.php", 84)
}

/** Time of day in the server's zone (UTC). `local` needs a key. */
function serverTime({ route, session, now }: Context): string {
    if (route.action !== "server" && !(route.action === "local" && session.read)) return ""
    return `t${new Date(now * 1000).toISOString().slice(11, 19).replaceAll(":", ",")}`
}
