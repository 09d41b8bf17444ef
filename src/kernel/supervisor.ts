import * as ds from "@devicescript/core"
import { Backoff } from "./backoff"
import { describe, reportFault } from "./fault"
import { Topic } from "./topic"

/** What can be supervised; every `Actor` can. */
export interface Supervised {
    /** `ds.millis()` of the last sign of life. */
    beat: number
    /** The whole life; returns only after {@link stop}. */
    run(): Promise<void>
    stop(): void
}

/** What a supervisor knows of a child, whatever becomes of the actors that play its part. */
export interface ChildSpec {
    /** Name in log and crash reports. */
    readonly id: string
    /** Makes a new actor with clean state. */
    readonly start: () => Supervised
    /**
     * The longest time between two heartbeats, in ms; after it the child counts as hung. For an actor that is the
     * longest time it may be busy with one message, and at least 10 s.
     */
    readonly heartbeatMs: number
    /**
     * Owns something that cannot be shared with a successor while it hangs, such as the line. When it hangs, the
     * program is restarted.
     */
    readonly exclusive?: boolean
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
    /** Type and message of the exception, or what was not done in time. */
    readonly reason: string
    /** Restarts of all children in the period, this one included. */
    readonly restarts: number
    readonly escalated: boolean
}

/** How often heartbeats are looked at, in ms. */
const CHECK_MS = 1000

interface Child {
    readonly spec: ChildSpec
    actor: Supervised
    /** Counts the actors that played this part; an abandoned fiber finds another number here and keeps quiet. */
    generation: number
    readonly backoff: Backoff
    lastFailure: number
}

/**
 * Starts actors and keeps them running, one for one: a child that fails is replaced by a new actor after a back-off,
 * the others are not touched. A child that hangs is abandoned, since the platform cannot end its fiber, and
 * replaced. More restarts than the intensity allows within the period escalate: the program restarts.
 */
export class Supervisor {
    readonly crashes = new Topic<Crash>("crashes")
    private readonly children: Child[] = []
    private restartTimes: number[] = []
    private running = false

    /**
     * @param escalate what to do when restarting children does not help; on a device, restart the program
     */
    constructor(
        readonly specs: ChildSpec[],
        private readonly policy: RestartPolicy,
        private readonly escalate: (crash: Crash) => void,
    ) {}

    /** Starts the children in order. */
    start() {
        this.running = true
        for (const spec of this.specs) {
            const backoff = new Backoff(this.policy.backoffMs, this.policy.maxBackoffMs)
            const child: Child = { spec, actor: undefined, generation: 0, backoff, lastFailure: 0 }
            this.children.push(child)
            this.startChild(child)
        }
        this.watch.start()
    }

    /** Stops all children, the last one first. */
    stop() {
        this.running = false
        for (let i = this.children.length - 1; i >= 0; i--) this.abandon(this.children[i])
    }

    /** The actor that plays the part now; `undefined` while it is being restarted. */
    actor(id: string): Supervised {
        const child = this.children.find(c => c.spec.id === id)
        return child ? child.actor : undefined
    }

    private startChild(child: Child) {
        child.generation++
        this.body.start(child, child.generation)
    }

    /** One life of a child: the only place where an actor's exceptions end. */
    private async body(child: Child, generation: number) {
        let reason: string
        try {
            const actor = child.spec.start()
            child.actor = actor
            await actor.run()
            reason = "it ended by itself"
        } catch (e) {
            reason = describe(e as Error)
        }
        if (generation === child.generation) await this.failed(child, reason)
    }

    private async watch() {
        while (this.running) {
            await ds.sleep(CHECK_MS)
            for (const child of this.children) await this.checkHeartbeat(child)
        }
    }

    private async checkHeartbeat(child: Child) {
        if (!child.actor || ds.millis() - child.actor.beat <= child.spec.heartbeatMs) return
        const reason = "no heartbeat for " + child.spec.heartbeatMs + " ms"
        if (child.spec.exclusive) {
            this.abandon(child)
            this.report(child, reason, true)
        } else {
            this.failed.start(child, reason)
        }
    }

    private async failed(child: Child, reason: string) {
        this.abandon(child)
        const tooMany = this.countRestart()
        this.report(child, reason, tooMany)
        if (tooMany) return
        const generation = child.generation
        await ds.sleep(this.backoff(child))
        if (this.running && generation === child.generation) this.startChild(child)
    }

    /** Takes the part away from the actor. Its fiber may run on, but nobody listens to it. */
    private abandon(child: Child) {
        const actor = child.actor
        child.generation++
        child.actor = undefined
        if (!actor) return
        try {
            actor.stop()
        } catch (e) {
            reportFault("stop of " + child.spec.id, e as Error)
        }
    }

    private report(child: Child, reason: string, escalated: boolean) {
        const crash: Crash = { child: child.spec.id, reason, restarts: this.restartTimes.length, escalated }
        this.crashes.publish(crash)
        if (!escalated) return
        this.stop()
        this.escalate(crash)
    }

    /** @returns whether the restarts within the period are more than the intensity */
    private countRestart(): boolean {
        const now = ds.millis()
        const { intensity, periodMs } = this.policy
        this.restartTimes = this.restartTimes.filter(t => now - t < periodMs)
        this.restartTimes.push(now)
        return this.restartTimes.length > intensity
    }

    private backoff(child: Child): number {
        const now = ds.millis()
        if (now - child.lastFailure > this.policy.periodMs) child.backoff.reset()
        child.lastFailure = now
        return child.backoff.next()
    }
}
