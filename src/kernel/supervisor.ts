import * as ds from "@devicescript/core"
import { Backoff } from "./backoff"
import { locate, reportFault } from "./fault"
import { Intensity } from "./intensity"

/** What can be supervised; every `Actor` can. */
export interface Supervised {
    /** `ds.millis()` of the last sign of life. */
    beat: number
    /** The whole life; returns only after {@link stop}. */
    run(): Promise<void>
    stop(): void
}

/** How much failing is borne before the supervisor gives up, and how fast children come back. */
export interface RestartPolicy {
    /** Restarts within the period that are still borne (OTP: intensity). */
    readonly intensity: number
    /** In ms (OTP: period). */
    readonly periodMs: number
    /** Wait before the first restart of a child in ms; it doubles with each further failure within the period. */
    readonly backoffMs: number
    readonly maxBackoffMs: number
}

/** An actor failed or hung. */
export interface Crash {
    readonly child: string
    /** Type, message and place of the exception, or what was not done in time. */
    readonly reason: string
    /** All children stop for good: somebody has to restart the program. */
    readonly escalated: boolean
}

/** The longest time between two heartbeats of a usual child, in ms. */
const HEARTBEAT_MS = 15000

/** An abandoned fiber keeps its heap, a KB or more with its actor: so many make a restart of the program due. */
const MOST_ABANDONED = 5

/** How often heartbeats are looked at, in ms. */
const CHECK_MS = 1000

/** When they were not looked at for so long, in ms, nobody could run: a debugger held the program. */
const HELD_MS = 5000

/** A part that actors play one after the other. */
export interface Child {
    readonly id: string
    readonly start: () => Supervised
    readonly heartbeatMs: number
    readonly exclusive: boolean
    /** Who plays it now; `undefined` between two. */
    actor: Supervised | undefined
    /** How often an actor was replaced. */
    restarts: number
    /** `ds.millis()` of the latest failure, and the waits after it and those before it within the period. */
    failedAt?: number
    backoff?: Backoff
}

/**
 * Starts actors and keeps them running, one for one: a child that fails is replaced by a new actor after a back-off,
 * the others are not touched. A child that hangs is abandoned, since the platform cannot end its fiber, and
 * replaced. More restarts than the intensity allows within the period escalate: the program has to be restarted.
 */
export class Supervisor {
    readonly children: Child[] = []
    private readonly intensity: Intensity
    private running = false
    private abandoned = 0

    /** @param tell told of each crash, and must not throw; when it has escalated, restarting children does not help */
    constructor(
        private readonly policy: RestartPolicy,
        private readonly tell: (crash: Crash) => void,
    ) {
        this.intensity = new Intensity(policy.intensity, policy.periodMs)
    }

    /**
     * Adds a child, to be started behind those before it; at once, when they have been started.
     *
     * @param id name in log and crash reports
     * @param start makes a new actor with clean state
     * @param heartbeatMs the longest time between two heartbeats, in ms; after it the child counts as hung. For an
     * actor that is the longest time it may be busy with one message, and at least 10 s.
     * @param exclusive it owns something that cannot be shared with a successor while it hangs, such as the line. When
     * it hangs, the program is restarted.
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
     * Has a child replaced that still shows a heartbeat but does not do its work. It counts as a restart; a child that
     * owns something exclusive has the program restarted.
     */
    replace(id: string, reason: string) {
        this.giveUp(
            this.children.find(child => child.id === id),
            reason,
        )
    }

    /** Tells of a crash. With one that is `escalated` all children stop. */
    report(id: string, reason: string, escalated: boolean) {
        this.tell({ child: id, reason, escalated })
        if (escalated) this.stop()
    }

    /** One life of a child: the only place where an actor's exceptions end. */
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
        // whoever was abandoned keeps quiet
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

    /** Goes on without an actor whose fiber is still there. */
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
        const { periodMs, backoffMs, maxBackoffMs } = this.policy
        if (!(now - (child.failedAt as number) <= periodMs))
            child.backoff = new Backoff(backoffMs, maxBackoffMs)
        child.failedAt = now
        await ds.sleep((child.backoff as Backoff).next())
        this.live.start(child)
    }

    /** Takes the part away from the actor. Its fiber may run on, but nobody listens to it. */
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
