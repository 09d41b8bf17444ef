import type { Account, Feed, Input } from "./account"
import { type ConfiguredApp, chooseApp, freeName } from "./choose-app"
import { RefusedError } from "./errors"
import { feedOf, feedsOf } from "./process-list"
import { feedName, stepsFor, type Wanted, type WantedApp, type WantedFeed } from "./wanted"

/**
 * What became of a wanted thing: it was made, it was there already, or something else was in its place and was left as it
 * is. In a dry run, `made` means that it would be made.
 */
export type Outcome = "made" | "there" | "left"

export interface ProvisionedInput {
    readonly node: string
    readonly name: string
    readonly outcome: Outcome
}

export interface ProvisionedFeed {
    readonly name: string
    readonly tag: string
    /** `undefined` for a feed that a dry run would make. */
    readonly id: number | undefined
    readonly input: string
    readonly role: string | undefined
    readonly outcome: Outcome
}

export interface ProvisionedList {
    readonly input: string
    readonly outcome: Outcome
}

export interface ProvisionedApp {
    readonly kind: string
    readonly name: string
    readonly config: Readonly<Record<string, unknown>>
    readonly outcome: Outcome
}

/** The result of {@link provision}. */
export interface Provisioned {
    /** Number of things that were made or changed. */
    readonly changed: number
    readonly inputs: readonly ProvisionedInput[]
    readonly feeds: readonly ProvisionedFeed[]
    readonly processLists: readonly ProvisionedList[]
    readonly apps: readonly ProvisionedApp[]
    /** Sentences for the owner about things that were left as they are. */
    readonly told: readonly string[]
}

/**
 * Creates everything that an account lacks. What exists is left as it is and reported; nothing is deleted or replaced. A
 * second run changes nothing.
 *
 * @param dry only find out what would be done
 * @throws EmonCmsError when EmonCMS refuses a step; what was made before stays
 */
export async function provision(
    account: Account,
    wanted: Wanted,
    { dry = false } = {},
): Promise<Provisioned> {
    const run = new Run(account, wanted, dry)
    await run.inputs()
    for (const feed of wanted.feeds) await run.feed(feed)
    if (wanted.app) await run.app(wanted.app)
    return run.result
}

class Run {
    private changed = 0
    private readonly told: string[] = []
    private readonly doneInputs: ProvisionedInput[] = []
    private readonly doneFeeds: ProvisionedFeed[] = []
    private readonly doneLists: ProvisionedList[] = []
    private readonly doneApps: ProvisionedApp[] = []
    private known: readonly Input[] = []
    private knownFeeds: readonly Feed[] = []

    constructor(
        private readonly account: Account,
        private readonly wanted: Wanted,
        private readonly dry: boolean,
    ) {}

    get result(): Provisioned {
        return {
            changed: this.changed,
            inputs: this.doneInputs,
            feeds: this.doneFeeds,
            processLists: this.doneLists,
            apps: this.doneApps,
            told: this.told,
        }
    }

    async inputs(): Promise<void> {
        const { node, inputs } = this.wanted
        this.known = await this.account.inputs()
        this.knownFeeds = await this.account.feeds()
        const missing = inputs.filter(name => !this.input(name))
        for (const name of inputs) {
            this.doneInputs.push({ node, name, outcome: missing.includes(name) ? "made" : "there" })
        }
        this.changed += missing.length
        if (missing.length === 0 || this.dry) return
        await this.account.createInputs(node, missing)
        this.known = await this.account.inputs()
        // An account that admits no new inputs drops their values and answers "ok".
        const refused = missing.filter(name => !this.input(name))
        if (refused.length > 0) throw notCreated(node, refused)
    }

    /** Makes a feed and the process list that fills it, unless the input already has a list. */
    async feed(wanted: WantedFeed): Promise<void> {
        const input = this.input(wanted.input)
        const steps = input?.steps ?? []
        const filled = feedOf(steps, wanted.factor)
        const existing = this.knownFeeds.find(({ id }) => id === filled)
        if (existing) {
            this.noteFeed(wanted, existing, "there")
            this.doneLists.push({ input: wanted.input, outcome: "there" })
            return
        }
        if (steps.length > 0) return this.leave(wanted, "already has a process list")
        const feed = this.knownFeeds.find(other => other.tag === this.tag && other.name === wanted.name)
        const writer = this.writerOf(wanted, feed)
        if (writer) return this.leave(wanted, `would write to a feed that ${writer} already fills`)
        const made = feed ?? (await this.makeFeed(wanted))
        this.noteFeed(wanted, made, feed ? "there" : "made")
        this.changed += 1
        this.doneLists.push({ input: wanted.input, outcome: "made" })
        if (this.dry || !input || !made) return
        await this.account.setProcessList(input, stepsFor(wanted, made.id, this.account.knowsJoin))
    }

    /** Adds the app, or adds missing settings to the existing one. */
    async app(wanted: WantedApp): Promise<void> {
        const apps = await this.account.apps()
        if (!apps) {
            this.told.push(
                `EmonCMS has no App module, so ${wanted.name} is not added; its feeds work without it.`,
            )
            return
        }
        const config = { ...wanted.settings, ...this.roles() }
        const sameKind: ConfiguredApp[] = []
        for (const app of apps) {
            if (app.kind === wanted.kind) sameKind.push({ app, config: await this.account.appConfig(app) })
        }
        const names = [wanted.name, `${wanted.name} ${feedName(this.wanted.node)}`]
        const roles = this.wanted.feeds.flatMap(({ role }) => role ?? [])
        const feeds = new Map(
            this.doneFeeds.flatMap(({ role, id }) => (role === undefined ? [] : [[role, id]])),
        )
        const existing = chooseApp(sameKind, { names, roles, feeds })
        if (existing) return this.complete(existing, config)
        const name = freeName(names, apps)
        for (const { app } of sameKind)
            this.told.push(`${app.name} shows other feeds; it is left unchanged, and ${name} is added.`)
        this.changed += 1
        this.doneApps.push({ kind: wanted.kind, name, config, outcome: "made" })
        if (this.dry) return
        await this.account.setAppConfig(await this.account.addApp(wanted.kind, name), config)
    }

    private async complete(
        { app, config: existing }: ConfiguredApp,
        wanted: Readonly<Record<string, unknown>>,
    ): Promise<void> {
        const missing = Object.entries(wanted).filter(([setting]) => !(setting in existing))
        for (const [setting, value] of Object.entries(wanted)) {
            if (setting in existing && String(existing[setting]) !== String(value)) {
                this.told.push(`${app.name} already has another ${setting}, which is left unchanged.`)
            }
        }
        const config = { ...existing, ...Object.fromEntries(missing) }
        const outcome = missing.length > 0 ? "made" : "there"
        this.doneApps.push({ kind: app.kind, name: app.name, config, outcome })
        if (missing.length === 0) return
        this.changed += 1
        if (!this.dry) await this.account.setAppConfig(app, config)
    }

    /** The app's settings that name feeds. */
    private roles(): Record<string, number> {
        return Object.fromEntries(
            this.doneFeeds.flatMap(({ role, id }) =>
                role !== undefined && id !== undefined ? [[role, id]] : [],
            ),
        )
    }

    private async makeFeed({ name, unit }: WantedFeed): Promise<Feed | undefined> {
        this.changed += 1
        if (this.dry) return undefined
        const feed = { tag: this.tag, name, unit, interval: this.wanted.intervalSeconds }
        return { ...feed, id: await this.account.createFeed(feed) }
    }

    /** The input that already fills a feed, or will do so after this run; `undefined` if there is none. */
    private writerOf({ name }: WantedFeed, feed: Feed | undefined): string | undefined {
        const writer = feed && this.known.find(other => feedsOf(other.steps).includes(feed.id))
        if (writer) return `${writer.node}:${writer.name}`
        const own = this.doneFeeds.find(done => done.tag === this.tag && done.name === name)
        return own && `${this.wanted.node}:${own.input}`
    }

    private leave(wanted: WantedFeed, why: string): void {
        this.told.push(
            `${this.wanted.node}:${wanted.input} ${why}; it is left unchanged, and ${wanted.name} is not created.`,
        )
        this.doneLists.push({ input: wanted.input, outcome: "left" })
    }

    private noteFeed({ name, input, role }: WantedFeed, feed: Feed | undefined, outcome: Outcome): void {
        const { tag, name: ownName } = feed ?? { tag: this.tag, name }
        this.doneFeeds.push({ name: ownName, tag, id: feed?.id, input, role, outcome })
    }

    private input(name: string): Input | undefined {
        return this.known.find(other => other.node === this.wanted.node && other.name === name)
    }

    private get tag(): string {
        return feedName(this.wanted.node)
    }
}

function notCreated(node: string, names: readonly string[]): RefusedError {
    return new RefusedError(
        `create the inputs ${names.join(", ")} of ${node}`,
        "it answers ok, but they do not exist",
        "Allow new inputs in the account (Inputs page, Input creation disabled: Enable), and run the command again",
    )
}
