import type { Answer, EmonCmsApi } from "./api"
import { NodeLimitError, NotEmonCmsError, RefusedError } from "./errors"
import { LOG, parseProcessList, SCALE, type Step, sameSteps, spellings } from "./process-list"
import type { AppKind } from "./wanted"

/** An input of the account. */
export interface Input {
    readonly id: number
    readonly node: string
    readonly name: string
    readonly steps: readonly Step[]
}

export interface Feed {
    readonly id: number
    readonly tag: string
    readonly name: string
}

/** Settings of an app. */
export type AppConfig = Readonly<Record<string, unknown>>

/** An app of the account. Its key is its id; before September 2024 it was its name. */
export interface App {
    readonly key: { readonly id: number } | { readonly name: string }
    readonly kind: string
    readonly name: string
    /** Its settings, if the list of apps includes them, as it does for apps without ids. */
    readonly config?: AppConfig
}

/** PHPFINA, the feed engine with a fixed interval. */
const PHPFINA = 5

/** The data type `realtime`, which older versions require. */
const REALTIME = 1

/**
 * The account that belongs to a key, accessed through the web API. Supports every version from 9.8.10 on. They differ in the
 * form of process lists, and in whether apps have ids.
 */
export class Account {
    private constructor(
        private readonly api: EmonCmsApi,
        /** The server's version; `undefined` for 9.8.31 and older, which do not report it. */
        readonly version: string | undefined,
    ) {}

    /**
     * Opens the account after checking address and key.
     * @throws EmonCmsError with what is wrong
     */
    static async open(api: EmonCmsApi): Promise<Account> {
        await api.checkKey()
        return new Account(api, await api.version())
    }

    /** Whether the server has the process {@link LOG_JOIN}, which fills gaps with a straight line. */
    get knowsJoin(): boolean {
        return this.since("10.1.11")
    }

    async inputs(): Promise<Input[]> {
        const { status, json } = await this.api.get("/input/list.json")
        if (!Array.isArray(json)) throw new NotEmonCmsError(status)
        return json.map(({ id, nodeid, name, processList }) => ({
            id: Number(id),
            node: String(nodeid),
            name: String(name),
            steps: parseProcessList(String(processList ?? "")),
        }))
    }

    async feeds(): Promise<Feed[]> {
        const { status, json } = await this.api.get("/feed/list.json")
        if (!Array.isArray(json)) throw new NotEmonCmsError(status)
        return json.map(({ id, tag, name }) => ({ id: Number(id), tag: String(tag), name: String(name) }))
    }

    /**
     * Creates inputs, which EmonCMS does when it gets their first value. That value is 0 at the beginning of 1970. It reaches
     * no feed, because the inputs have no process list yet, and no device mistakes it for a row of its own.
     *
     * @throws NodeLimitError, RefusedError
     */
    async createInputs(node: string, names: readonly string[]): Promise<void> {
        const fulljson = JSON.stringify(Object.fromEntries(names.map(name => [name, 0])))
        const answer = await this.api.post("/input/post", {}, { node, time: 1, fulljson })
        if (answer.text.includes("allowed number of dif")) throw new NodeLimitError(node)
        this.mustSucceed(`create the inputs of ${node}`, answer)
    }

    /**
     * Creates a PHPFINA feed.
     *
     * @returns its id
     * @throws RefusedError
     */
    async createFeed(feed: { tag: string; name: string; unit: string; interval: number }): Promise<number> {
        const { tag, name, unit, interval } = feed
        const answer = await this.api.get("/feed/create.json", {
            tag,
            name,
            datatype: REALTIME,
            engine: PHPFINA,
            options: JSON.stringify({ interval }),
            unit,
        })
        const { feedid } = this.mustSucceed(`create the feed ${tag}:${name}`, answer)
        return Number(feedid)
    }

    /**
     * Sets the process list of an input, in the form that this version accepts. The reply proves nothing, because the oldest
     * versions accept any text and then do nothing, so the list is read back.
     *
     * @throws RefusedError
     */
    async setProcessList({ id, node, name }: Input, steps: readonly Step[]): Promise<void> {
        let reason = "it accepts the list in no form"
        for (const processlist of this.spellingsInOrder(steps)) {
            const { json } = await this.api.post("/input/process/set.json", { inputid: id }, { processlist })
            const reply = isRecord(json) ? json : {}
            if (typeof reply.message === "string") reason = reply.message
            const told = "encoded_processlist" in reply
            if (await this.hasSteps(id, steps, told)) return
        }
        throw new RefusedError(`set the process list of ${node}:${name}`, reason)
    }

    /** The apps; `undefined` if EmonCMS has no App module. */
    async apps(): Promise<App[] | undefined> {
        const { status, json } = await this.api.get("/app/list.json")
        if (status !== 200 || typeof json !== "object" || json === null) return undefined
        // An empty PHP array is encoded as a list in both forms.
        if (Array.isArray(json)) {
            return json.map(({ id, app, name }) => ({
                key: { id: Number(id) },
                kind: String(app),
                name: String(name),
            }))
        }
        const named = Object.entries(json as Record<string, { app: unknown; config: unknown }>)
        return named.map(([name, { app, config }]) => ({
            key: { name },
            kind: String(app),
            name,
            // PHP encodes an empty object as a list.
            config: isRecord(config) ? config : {},
        }))
    }

    /** @throws RefusedError */
    async addApp(kind: AppKind, name: string): Promise<App> {
        const answer = await this.api.get("/app/add.json", { app: kind, name })
        const { id } = this.mustSucceed(`add the app ${name}`, answer)
        return { key: id === undefined ? { name } : { id: Number(id) }, kind, name }
    }

    async appConfig({ key, config }: App): Promise<AppConfig> {
        if (config) return config
        const { json } = await this.api.get("/app/getconfig.json", key)
        return isRecord(json) && isRecord(json.config) ? json.config : {}
    }

    /**
     * Replaces all settings of an app.
     * @throws RefusedError
     */
    async setAppConfig({ key, name }: App, config: AppConfig): Promise<void> {
        const answer = await this.api.get("/app/setconfig.json", { ...key, config: JSON.stringify(config) })
        this.mustSucceed(`configure the app ${name}`, answer)
    }

    /** A feed's newest value, and its time in seconds since the Unix epoch; `undefined` if the feed is empty. */
    async newest(feedId: number): Promise<{ readonly time: number; readonly value: number } | undefined> {
        const { json } = await this.api.get("/feed/timevalue.json", { id: feedId })
        if (!isRecord(json) || json.time === null || json.value === null) return undefined
        const newest = { time: Number(json.time), value: Number(json.value) }
        return newest.time > 0 && Number.isFinite(newest.value) ? newest : undefined
    }

    private async hasSteps(inputid: number, steps: readonly Step[], told: boolean): Promise<boolean> {
        const { json } = await this.api.get("/input/process/get.json", { inputid })
        if (typeof json !== "string") return false
        // A version that checks a list stores these processes by number. If names are stored, nobody has checked the text.
        const checked = told || !(json.includes(`${LOG}:`) || json.includes(`${SCALE}:`))
        return checked && sameSteps(parseProcessList(json), steps)
    }

    /** Puts the form that this version accepts first, because the oldest versions store any other without complaint. */
    private spellingsInOrder(steps: readonly Step[]): string[] {
        const [inJson = "", names = "", numbers = ""] = spellings(steps)
        if (this.since("11.8.1")) return [inJson, names, numbers]
        return this.since("9.9") ? [names, inJson, numbers] : [numbers, names, inJson]
    }

    private since(version: string): boolean {
        if (this.version === undefined) return false
        const [own, other] = [this.version, version].map(text => text.split(".").map(Number))
        for (let i = 0; i < 3; i++) {
            const difference = (own?.[i] ?? 0) - (other?.[i] ?? 0)
            if (difference !== 0) return difference > 0
        }
        return true
    }

    private mustSucceed(step: string, { status, text, json }: Answer): Readonly<Record<string, unknown>> {
        if (isRecord(json) && json.success === true) return json
        const message = isRecord(json) ? json.message : json
        throw new RefusedError(
            step,
            typeof message === "string" ? message : `status ${status}, ${text.length} bytes`,
        )
    }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null && !Array.isArray(value)
}
