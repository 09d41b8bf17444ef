import * as ds from "@devicescript/core"
import { Backoff } from "./backoff"
import { locate, reportFault } from "./fault"
import { Intensity } from "./intensity"

/** What can be supervised; every `Actor` can. */
export interface Supervised {
    /** `ds.millis()` of the last sign of life. */
    beat: number
    /** The fiber's body; returns only after {@link stop}. */
    run(): Promise<void>
    stop(): void
}

/** How many failures the supervisor tolerates before it gives up, and how fast it restarts children. */
export interface RestartPolicy {
    /** Restarts tolerated within the period (OTP: intensity). */
    readonly intensity: number
    /** In ms (OTP: period). */
    readonly periodMs: number
    /** Wait before the first restart of a child, in ms; it doubles with each further failure within the period. */
    readonly backoffMs: number
    readonly maxBackoffMs: number
}

/** An actor failed or hung. */
export interface Crash {
    readonly child: string
    /** Type, message and place of the exception, or what did not happen in time. */
    readonly reason: string
    /** All children stop for good, and the program must be restarted. */
    readonly escalated: boolean
}

/** Default for the longest time between two heartbeats of a child, in ms. */
const HEARTBEAT_MS = 15000

/** After this many abandoned fibers the program must restart: each keeps its heap, a KB or more with its actor. */
const MOST_ABANDONED = 5

/** How often heartbeats are checked, in ms. */
const CHECK_MS = 1000

/** If the last check is longer ago than this, in ms, no fiber could run: a debugger held the program. */
const HELD_MS = 5000

/** A supervised role, filled by one actor after another. */
export interface Child {
    readonly id: string
    readonly start: () => Supervised
    readonly heartbeatMs: number
    readonly exclusive: boolean
    /** The actor that fills it now; `undefined` between two. */
    actor: Supervised | undefined
    /** How often an actor was replaced. */
    restarts: number
    /** `ds.millis()` of the latest failure, and the growing waits after failures within the period. */
    failedAt?: number
    backoff?: Backoff
}

/**
 * Starts actors and keeps them running, one for one: a failed child is replaced by a new actor after a back-off, and the
 * others are not touched. A hung child is abandoned, since the platform cannot end its fiber, and replaced. More restarts
 * within the period than the intensity allows escalate: the program must be restarted.
 */
export class Supervisor {
    readonly children: Child[] = []
    private readonly intensity: Intensity
    private running = false
    private abandoned = 0

    /** @param tell called for each crash; must not throw. After an escalated crash the caller must restart the program */
    constructor(
        private readonly policy: RestartPolicy,
        private readonly tell: (crash: Crash) => void,
    ) {
        this.intensity = new Intensity(policy.intensity, policy.periodMs)
    }

    /**
     * Adds a child. It starts after those added before it, or at once if they have been started.
     *
     * @param id name in log and crash reports
     * @param start makes a new actor with clean state
     * @param heartbeatMs the longest time between two heartbeats, in ms; after it the child counts as hung. For an
     * actor this is the longest time that one message may take, and at least 10 s.
     * @param exclusive whether it owns something that a successor cannot share while it hangs, such as the line. If it
     * hangs, the program is restarted.
     */
    add(id: string, start: () => Supervised, heartbeatMs: number = HEARTBEAT_MS, exclusive: boolean = false) {
        const child: Child = { id, start, heartbeatMs, exclusive, actor: undefined, restarts: 0 }
        this.children.push(child)
        if (this.running) this.live.start(child)
    }

    /** Starts the children in order. */
    start() {
        this.running = true
        for (const child of this.children) this.live.start(child)
        this.watch.start()
    }

    /** Stops all children, the last one first. */
    stop() {
        this.running = false
        for (let i = this.children.length - 1; i >= 0; i--) this.abandon(this.children[i])
    }

    /**
     * Replaces a child that still has a heartbeat but does not do its work. This counts as a restart; for an exclusive
     * child the program is restarted instead.
     */
    replace(id: string, reason: string) {
        this.giveUp(
            this.children.find(child => child.id === id),
            reason,
        )
    }

    /** Reports a crash. An `escalated` one stops all children. */
    report(id: string, reason: string, escalated: boolean) {
        this.tell({ child: id, reason, escalated })
        if (escalated) this.stop()
    }

    /** Runs one actor of a child. The only place that catches what its fiber throws. */
    private async live(child: Child) {
        if (!this.running) return
        let actor: Supervised | undefined
        let reason = "it ended by itself"
        try {
            actor = child.start()
            child.actor = actor
            await actor.run()
        } catch (e) {
            reason = locate(e as Error)
        }
        // an abandoned actor does not count as failed again
        if (actor === child.actor) await this.failed(child, reason)
    }

    private async watch() {
        let looked = ds.millis()
        while (this.running) {
            await ds.sleep(CHECK_MS)
            const now = ds.millis()
            const held = now - looked > HELD_MS
            looked = now
            for (const child of this.children) {
                const { actor, heartbeatMs } = child
                if (!actor) continue
                if (held) actor.beat = now
                if (now - actor.beat > heartbeatMs)
                    this.giveUp(child, "no heartbeat for " + heartbeatMs + " ms")
            }
        }
    }

    /** Gives up on an actor whose fiber is still there. */
    private giveUp(child: Child, reason: string) {
        if (!child.actor) return
        this.abandon(child)
        if (child.exclusive || ++this.abandoned >= MOST_ABANDONED) this.report(child.id, reason, true)
        else this.failed.start(child, reason)
    }

    private async failed(child: Child, reason: string) {
        if (!this.running) return
        this.abandon(child)
        child.restarts++
        const now = ds.millis()
        const borne = this.intensity.record(now)
        this.report(child.id, reason, !borne)
        const { policy } = this
        if (!(now - (child.failedAt as number) <= policy.periodMs))
            child.backoff = new Backoff(policy.backoffMs, policy.maxBackoffMs)
        child.failedAt = now
        await ds.sleep((child.backoff as Backoff).next())
        this.live.start(child)
    }

    /** Detaches the actor from the child and stops it. Its fiber may run on, but has no effect on the child. */
    private abandon(child: Child) {
        const { actor } = child
        child.actor = undefined
        if (!actor) return
        try {
            actor.stop()
        } catch (e) {
            reportFault("stop of " + child.id, e as Error)
        }
    }
}
