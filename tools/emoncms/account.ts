import type { Answer, EmonCmsApi } from "./api"
import { NodeLimitError, RefusedError } from "./errors"
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

/** The status with which every version answers for a module that is not installed. */
const NO_SUCH_MODULE = 406

const LIST_APPS = "list the apps"

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

    /** @throws RefusedError */
    async inputs(): Promise<Input[]> {
        const answer = await this.api.get("/input/list.json")
        return records(answer, "list the inputs").map(({ id, nodeid, name, processList }) => {
            // Older databases keep an empty list as null.
            if (typeof processList !== "string" && processList !== null)
                throw refusal("tell the process lists", answer)
            return {
                id: Number(id),
                node: String(nodeid),
                name: String(name),
                steps: parseProcessList(processList ?? ""),
            }
        })
    }

    /** @throws RefusedError */
    async feeds(): Promise<Feed[]> {
        const feeds = records(await this.api.get("/feed/list.json"), "list the feeds")
        return feeds.map(({ id, tag, name }) => ({ id: Number(id), tag: String(tag), name: String(name) }))
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
            const form = { processlist }
            const answer = await this.api.post("/input/process/set.json", { inputid: id }, form)
            const reply = answer.status === 200 && isRecord(answer.json) ? answer.json : undefined
            if (typeof reply?.message === "string") reason = reply.message
            const told = reply !== undefined && "encoded_processlist" in reply
            if (await this.hasSteps(id, steps, told)) return
            // Whether EmonCMS knows this form is still open, and the oldest versions would store any other.
            if (!reply) throw refusal(`set the process list of ${node}:${name}`, answer)
        }
        throw new RefusedError(`set the process list of ${node}:${name}`, reason)
    }

    /**
     * The apps; `undefined` if EmonCMS has no App module.
     * @throws RefusedError
     */
    async apps(): Promise<App[] | undefined> {
        const answer = await this.api.get("/app/list.json")
        const { status, json } = answer
        if (status === NO_SUCH_MODULE) return undefined
        // An empty PHP array is encoded as a list in both forms.
        if (!isRecord(json)) {
            return records(answer, LIST_APPS).map(({ id, app, name }) => ({
                key: { id: Number(id) },
                kind: String(app),
                name: String(name),
            }))
        }
        if (status !== 200) throw refusal(LIST_APPS, answer)
        return Object.entries(json).map(([name, entry]) => {
            if (!isRecord(entry) || typeof entry.app !== "string") throw refusal(LIST_APPS, answer)
            return { key: { name }, kind: entry.app, name, config: configOf(entry) }
        })
    }

    /** @throws RefusedError */
    async addApp(kind: AppKind, name: string): Promise<App> {
        const answer = await this.api.get("/app/add.json", { app: kind, name })
        const { id } = this.mustSucceed(`add the app ${name}`, answer)
        return { key: id === undefined ? { name } : { id: Number(id) }, kind, name }
    }

    /** @throws RefusedError */
    async appConfig({ key, name, config }: App): Promise<AppConfig> {
        if (config) return config
        const answer = await this.api.get("/app/getconfig.json", key)
        const { status, json } = answer
        const told = status === 200 && isRecord(json) ? configOf(json) : undefined
        if (!told) throw refusal(`tell the settings of the app ${name}`, answer)
        return told
    }

    /**
     * Replaces all settings of an app.
     * @throws RefusedError
     */
    async setAppConfig({ key, name }: App, config: AppConfig): Promise<void> {
        const answer = await this.api.get("/app/setconfig.json", { ...key, config: JSON.stringify(config) })
        this.mustSucceed(`configure the app ${name}`, answer)
    }

    /**
     * A feed's newest value, and its time in seconds since the Unix epoch; `undefined` if the feed is empty.
     * @throws RefusedError
     */
    async newest(feedId: number): Promise<{ readonly time: number; readonly value: number } | undefined> {
        const answer = await this.api.get("/feed/timevalue.json", { id: feedId })
        const { status, json } = answer
        if (status !== 200 || !isRecord(json) || !("time" in json && "value" in json))
            throw refusal(`tell the newest value of feed ${feedId}`, answer)
        if (json.time === null || json.value === null) return undefined
        const newest = { time: Number(json.time), value: Number(json.value) }
        return newest.time > 0 && Number.isFinite(newest.value) ? newest : undefined
    }

    private async hasSteps(inputid: number, steps: readonly Step[], told: boolean): Promise<boolean> {
        const answer = await this.api.get("/input/process/get.json", { inputid })
        const { status, json } = answer
        if (status !== 200 || typeof json !== "string")
            throw refusal(`tell the process list of input ${inputid}`, answer)
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

    private mustSucceed(step: string, answer: Answer): Readonly<Record<string, unknown>> {
        const { json } = answer
        if (isRecord(json) && json.success === true) return json
        throw refusal(step, answer)
    }
}

/** The error about an answer that is not what was asked for. */
function refusal(step: string, { status, text, json }: Answer): RefusedError {
    const message = isRecord(json) ? json.message : json
    return new RefusedError(
        step,
        typeof message === "string" ? message : `status ${status}, ${text.length} bytes`,
    )
}

/**
 * The entries of a list. Anything else is not an empty one.
 * @throws RefusedError
 */
function records(answer: Answer, step: string): readonly Readonly<Record<string, unknown>>[] {
    const { status, json } = answer
    if (status !== 200 || !Array.isArray(json)) throw refusal(step, answer)
    if (!json.every(entry => isRecord(entry) && Number(entry.id) > 0)) throw refusal(step, answer)
    return json
}

/** The settings in the description of an app; `undefined` if it has none that can be read. */
function configOf({ config }: Readonly<Record<string, unknown>>): AppConfig | undefined {
    // PHP encodes an empty object as a list.
    if (Array.isArray(config) && config.length === 0) return {}
    return isRecord(config) ? config : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null && !Array.isArray(value)
}
