import type { Duplex } from "node:stream"
import type { Clock } from "../clock"
import { Account } from "./account"
import { Application, type Faults } from "./application"
import { Apps } from "./apps"
import type { FeedPoint } from "./feeds/engine"
import { Feeds } from "./feeds/feeds"
import { apache } from "./http/apache"
import { HttpFront } from "./http/front"
import { nginx } from "./http/nginx"
import { Inputs, type Point } from "./inputs"
import { asksForOverview, OVERVIEW_PATH, overviewReply } from "./overview"
import { Redis, type TimeValue } from "./redis"
import { NEWEST_VERSION, Release } from "./release"
import type { PhpReply } from "./reply"

export interface EmonCmsOptions {
    /** Source of all times, including the `Date` header. */
    readonly clock: Clock
    /** Key with write access, 32 hex digits; random if missing. */
    readonly writeKey?: string
    /** Key with read access only, 32 hex digits; random if missing. */
    readonly readKey?: string
    /** How bodies are framed: like Apache (the default), or like nginx with php-fpm. */
    readonly framing?: "content-length" | "chunked"
    /** Version of EmonCMS, for example `9.8.10`, `11.16.8` or `11.0.9-php8.2`; the newest if missing. */
    readonly version?: string
    /** Whether EmonCMS's App module is installed, as on every image; yes if missing. */
    readonly apps?: boolean
}

/**
 * A stand-in for EmonCMS, of any version from 9.8.10 (2017) on, with one account. It answers like the recordings of the
 * real server, with its flaws: most failures answer 200, batches are neither atomic nor idempotent, feeds drop points
 * silently, and older versions drop all values of an object but the first.
 */
export class EmonCmsServer implements Faults {
    databaseDown = false
    redisDown = false
    displayErrors = true

    /** The version of EmonCMS. */
    readonly release: Release
    private readonly account: Account
    private readonly redis = new Redis()
    private readonly listeners: ((point: Point) => void)[] = []
    private readonly inputModel = new Inputs(this.redis, point => {
        for (const listener of this.listeners) listener(point)
    })
    private readonly feeds = new Feeds(this.redis)
    private readonly apps = new Apps()
    private readonly front: HttpFront

    /** @throws UnknownReleaseError */
    constructor(options: EmonCmsOptions) {
        const { clock, writeKey, readKey, framing = "content-length" } = options
        const { version = NEWEST_VERSION, apps: hasApps = true } = options
        this.account = new Account(writeKey, readKey)
        const storage = { feeds: this.feeds, redis: this.redis }
        this.release = new Release(version)
        const application = new Application(
            this.release,
            clock,
            this.account,
            this.inputModel,
            storage,
            hasApps ? this.apps : undefined,
            this,
        )
        const webServer = framing === "chunked" ? nginx : apache(this.release)
        this.front = new HttpFront(clock, webServer, async request =>
            asksForOverview(request) ? this.overview(clock) : application.handle(request),
        )
    }

    /** Key with read and write access. Its owner can replace it, which makes the old one invalid. */
    get writeKey(): string {
        return this.account.writeKey
    }

    set writeKey(key: string) {
        this.account.writeKey = key
    }

    /** Key with read access only. */
    get readKey(): string {
        return this.account.readKey
    }

    private overview(clock: Clock): PhpReply {
        return overviewReply({
            version: this.release.version,
            now: clock.now(),
            inputs: this.inputModel.all().map(input => ({ input, last: this.inputModel.lastValue(input) })),
            feeds: this.feeds.all().map(feed => ({
                feed,
                last: this.feeds.lastValue(feed),
                points: this.feeds.points(feed.id).length,
            })),
            apps: this.apps.all(),
        })
    }

    /**
     * Starts listening. A closed server can listen again; its data is still there.
     *
     * @param port 0 for any free port
     * @returns its port, its URL, and the URL of its overview page for a browser on this computer
     */
    async listen(port = 0, host = "127.0.0.1"): Promise<{ port: number; url: string; overview: string }> {
        await this.front.listen(port, host)
        const url = `http://${host}:${this.front.port}`
        return { port: this.front.port, url, overview: `${url}/${OVERVIEW_PATH}` }
    }

    /** Serves a connection that does not come through the port. */
    connect(socket: Duplex): void {
        this.front.connect(socket)
    }

    /** Stops listening and cuts all connections. */
    close(): Promise<void> {
        return this.front.close()
    }

    /** Whether values of unknown inputs are dropped, as after `/input/disable`. */
    set inputCreationDisabled(disabled: boolean) {
        this.inputModel.creationDisabled = disabled
    }

    /** Does what a restart of Redis without persistence does: forgets the last values of all inputs and feeds. */
    flushRedis(): void {
        this.redis.flush()
    }

    /**
     * Has the effect of a row that another program writes to all inputs of a node: they get its time. The feeds do not
     * change.
     * @param time in seconds since the Unix epoch
     */
    touchInputs(node: string, time: number): void {
        this.inputModel.touch(node, time)
    }

    /** The last values by node and input. */
    inputs(): Map<string, Map<string, TimeValue>> {
        const nodes = new Map<string, Map<string, TimeValue>>()
        for (const [node, inputs] of this.inputModel.byNode()) {
            nodes.set(
                node,
                new Map([...inputs].map(([name, input]) => [name, this.inputModel.lastValue(input)])),
            )
        }
        return nodes
    }

    /** The points of a feed that have a value, in time order; none for an unknown feed. */
    feedPoints(feedId: number): FeedPoint[] {
        return this.feeds.points(feedId)
    }

    /** The points of a feed from a time on, in seconds since the Unix epoch. */
    feedPointsSince(feedId: number, time: number): FeedPoint[] {
        return this.feeds.points(feedId, time)
    }

    /** Process lists in their stored form, by node and input. */
    processLists(): Map<string, Map<string, string>> {
        return new Map(
            [...this.inputModel.byNode()].map(([node, inputs]) => [
                node,
                new Map([...inputs].map(([name, { processList }]) => [name, processList])),
            ]),
        )
    }

    /** Calls back for every value that an input accepts, in order. */
    onAccepted(listener: (point: Point) => void): void {
        this.listeners.push(listener)
    }

    /** Traffic since the server was created; bytes as on the wire, including headers. */
    get counters(): { readonly requests: number; readonly bytesReceived: number } {
        return { requests: this.front.requests, bytesReceived: this.front.bytesReceived }
    }
}
