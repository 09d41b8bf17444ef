import * as ds from "@devicescript/core"
import { Backoff } from "./backoff"
import { locate, reportFault } from "./fault"
import { Intensity } from "./intensity"
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
    /** Type, message and place of the exception, or what was not done in time. */
    readonly reason: string
    /** Restarts of all children in the period, this one included. */
    readonly restarts: number
    readonly escalated: boolean
}

/** How often heartbeats are looked at, in ms. */
const CHECK_MS = 1000

/** The specification itself, with what becomes of it: a second object for each child would cost 70 bytes of heap. */
interface Child extends ChildSpec {
    actor: Supervised
    /** Counts the actors that played this part; an abandoned fiber finds another number here and keeps quiet. */
    generation: number
    /** Its latest failures; `undefined` before the first. */
    failures: Failures
}

/** Failures of a child that follow each other within the period. */
interface Failures {
    readonly backoff: Backoff
    /** `ds.millis()` of the last one. */
    last: number
}

/**
 * Starts actors and keeps them running, one for one: a child that fails is replaced by a new actor after a back-off,
 * the others are not touched. A child that hangs is abandoned, since the platform cannot end its fiber, and
 * replaced. More restarts than the intensity allows within the period escalate: the program restarts.
 */
export class Supervisor {
    readonly crashes = new Topic<Crash>("crashes")
    private readonly children: Child[]
    private readonly intensity: Intensity
    private running = false

    /**
     * @param specs of children that no other supervisor has
     * @param escalate what to do when restarting children does not help; on a device, restart the program
     */
    constructor(
        specs: ChildSpec[],
        private readonly policy: RestartPolicy,
        private readonly escalate: (crash: Crash) => void,
    ) {
        this.children = specs as Child[]
        this.intensity = new Intensity(policy.intensity, policy.periodMs)
    }

    /** Starts the children in order. */
    start() {
        this.running = true
        for (const child of this.children) {
            child.generation = 0
            this.startChild(child)
        }
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
        const child = this.children.find(c => c.id === id)
        if (child?.actor) this.giveUp(child, reason)
    }

    /** Has the program restarted. */
    giveUpAll(id: string, reason: string) {
        this.report(id, reason, true)
    }

    private startChild(child: Child) {
        child.generation++
        this.body.start(child, child.generation)
    }

    /** One life of a child: the only place where an actor's exceptions end. */
    private async body(child: Child, generation: number) {
        let reason: string
        try {
            const actor = child.start()
            child.actor = actor
            await actor.run()
            reason = "it ended by itself"
        } catch (e) {
            reason = locate(e as Error)
        }
        if (generation === child.generation) await this.failed(child, reason)
    }

    private async watch() {
        while (this.running) {
            await ds.sleep(CHECK_MS)
            for (const child of this.children) this.checkHeartbeat(child)
        }
    }

    private checkHeartbeat(child: Child) {
        const { actor, heartbeatMs } = child
        if (actor && ds.millis() - actor.beat > heartbeatMs)
            this.giveUp(child, "no heartbeat for " + heartbeatMs + " ms")
    }

    /** Goes on without an actor whose fiber is still there. */
    private giveUp(child: Child, reason: string) {
        this.abandon(child)
        if (child.exclusive) this.report(child.id, reason, true)
        else this.failed.start(child, reason)
    }

    private async failed(child: Child, reason: string) {
        if (!this.running) return
        this.abandon(child)
        const borne = this.intensity.record(ds.millis())
        this.report(child.id, reason, !borne)
        if (!borne) return
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
            reportFault("stop of " + child.id, e as Error)
        }
    }

    private report(id: string, reason: string, escalated: boolean) {
        const crash: Crash = { child: id, reason, restarts: this.intensity.count(), escalated }
        this.crashes.publish(crash)
        if (!escalated) return
        this.stop()
        this.escalate(crash)
    }

    private backoff(child: Child): number {
        const now = ds.millis()
        const { periodMs, backoffMs, maxBackoffMs } = this.policy
        if (!child.failures || now - child.failures.last > periodMs)
            child.failures = { backoff: new Backoff(backoffMs, maxBackoffMs), last: now }
        child.failures.last = now
        return child.failures.backoff.next()
    }
}
