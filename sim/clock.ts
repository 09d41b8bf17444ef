/** A source of time and timers. Everything in `sim/` takes its time from one of these, never from `Date`. */
export interface Clock {
    /** Milliseconds since the Unix epoch. */
    now(): number
    setTimeout(callback: () => void, ms: number): Timer
    clearTimeout(timer: Timer | undefined): void
    /** Says that bytes are in flight on a real socket, for a clock that would otherwise run ahead of them. */
    touch?(): void
    /** Says that the running timer has started nothing, so that the next timer need not wait. */
    quiet?(): void
}

/** The handle returned by {@link Clock.setTimeout}; its only use is {@link Clock.clearTimeout}. */
export type Timer = object

/** Resolves after `ms` of the clock's time. */
export function sleep(clock: Clock, ms: number): Promise<void> {
    return new Promise(resolve => clock.setTimeout(resolve, ms))
}

/** The wall clock. */
export const wallClock: Clock = {
    now: () => Date.now(),
    setTimeout: (callback, ms) => setTimeout(callback, ms),
    clearTimeout: timer => clearTimeout(timer as NodeJS.Timeout | undefined),
}

interface Event extends Timer {
    due: number
    order: number
    callback: () => void
    cancelled: boolean
}

/** How long after the last network activity the clock can run fast again, in wall milliseconds. */
const QUIET_MS = 20

/**
 * What a {@link VirtualClock} waits for. `sockets`: peers at real sockets, and a busy machine. `work`: only the work passed
 * to {@link VirtualClock.hold}, where all peers run on the clock themselves. `nothing`: for use beside a server whose own
 * clock runs as fast and does not wait.
 */
export type WaitsFor = "sockets" | "work" | "nothing"

/** Normal lateness of timers, in wall milliseconds. */
const GRACE_MS = 5

/** How long timers can run in a row before the event loop gets a turn, in wall milliseconds. */
const SLICE_MS = 4

/** So many timers that have started nothing can run without a look at the wall clock, which takes longer than they do. */
const TIMERS_PER_LOOK = 20

/**
 * A clock that runs `speed` times faster than wall time, or as fast as the machine can.
 *
 * Time moves from timer to timer: a callback always sees the time it asked for, however late the machine is, so a day at a
 * thousandfold speed has the same events as a day of wall time. Sockets are the exception, because their other end needs
 * real time: after {@link touch} the clock runs at wall speed until {@link settle}, or until nothing has happened for 20 ms
 * of wall time. A silent peer therefore costs 20 ms, not its whole time-out. While the machine is too busy to run timers, a
 * fast clock stands still; otherwise a busy machine would look like a silent peer.
 */
export class VirtualClock implements Clock {
    private readonly queue: Event[] = []
    private order = 0
    private current: number
    private wallBase = performance.now()
    private virtualBase: number
    private busyUntil = Number.NEGATIVE_INFINITY
    /** Wall time at which the event loop should return to the timers. */
    private planned = 0
    private wake: NodeJS.Timeout | NodeJS.Immediate | undefined
    private running = false
    private stopped = false
    /** Number of {@link hold} calls in progress; time stands still while there are any. */
    private holds = 0
    /** Something is in progress that takes more than promises to finish. */
    private restless = false
    /** The running timer has started nothing. */
    private isQuiet = false
    /** At the last look at the wall clock, it allowed any time. */
    private unlimited = false

    /**
     * @param pace virtual milliseconds per wall millisecond, above 0; `Infinity` for as fast as possible
     * @param start the initial time, in milliseconds since the Unix epoch
     */
    constructor(
        private pace: number,
        start = Date.now(),
        private readonly waitsFor: WaitsFor = "sockets",
    ) {
        if (!(pace > 0)) throw new RangeError(`speed must be above 0, not ${pace}`)
        this.current = start
        this.virtualBase = start
    }

    /** Virtual milliseconds per wall millisecond. */
    get speed(): number {
        return this.pace
    }

    /** Continues at another speed, above 0 and finite. */
    set speed(speed: number) {
        if (!(speed > 0 && speed < Number.POSITIVE_INFINITY))
            throw new RangeError(`speed must be above 0 and finite, not ${speed}`)
        this.rebase()
        this.pace = speed
        if (!this.running) this.schedule()
    }

    now(): number {
        if (this.running || this.holds > 0 || this.speed === Number.POSITIVE_INFINITY) return this.current
        const limit = Math.min(this.queue[0]?.due ?? Number.POSITIVE_INFINITY, this.allowed())
        this.current = Math.max(this.current, limit)
        return this.current
    }

    setTimeout(callback: () => void, ms: number): Timer {
        const due = this.now() + Math.max(0, ms)
        const event: Event = { due, order: this.order++, callback, cancelled: false }
        this.insert(event)
        if (!this.running) this.schedule()
        return event
    }

    clearTimeout(timer: Timer | undefined): void {
        if (timer) (timer as Event).cancelled = true
    }

    /** Says that bytes are in flight on a real socket: until the socket is quiet, time runs at wall speed. */
    touch(): void {
        if (this.waitsFor !== "sockets") return
        this.unlimited = false
        if (performance.now() >= this.busyUntil) this.rebase()
        this.busyUntil = performance.now() + QUIET_MS
    }

    /** Says that nothing is in flight any more. */
    settle(): void {
        if (performance.now() >= this.busyUntil) return
        this.rebase()
        this.busyUntil = Number.NEGATIVE_INFINITY
        if (!this.running) this.schedule()
    }

    /** Stops time until `work` is done. For work that takes wall time, such as reading a file. */
    async hold<T>(work: Promise<T>): Promise<T> {
        if (this.waitsFor === "nothing") return work
        this.current = this.now()
        this.holds++
        try {
            return await work
        } finally {
            this.holds--
            if (this.holds === 0) this.resume()
        }
    }

    /**
     * Lets everything that the running timer has started in this process finish before the next timer runs, streams
     * included. Without this call, the clock waits for promises only.
     */
    rest(): void {
        this.restless = true
    }

    /** Says that the running timer has started nothing: the next timer runs at once. */
    quiet(): void {
        this.isQuiet = true
    }

    /** Jumps forward by `ms`. Timers that were due in between run late. */
    leap(ms: number): void {
        this.rebase()
        this.current += ms
        this.virtualBase = this.current
        if (!this.running) this.schedule()
    }

    /** Runs no more timers. */
    stop(): void {
        this.stopped = true
        clearTimeout(this.wake as NodeJS.Timeout)
        clearImmediate(this.wake as NodeJS.Immediate)
    }

    /** The latest virtual time that the wall clock allows at the moment. */
    private allowed(wall = performance.now()): number {
        if (wall < this.busyUntil) return this.virtualBase + (wall - this.wallBase) * Math.min(1, this.speed)
        if (this.busyUntil > this.wallBase) {
            this.virtualBase += (this.busyUntil - this.wallBase) * Math.min(1, this.speed)
            this.wallBase = this.busyUntil
        }
        return wall === this.wallBase
            ? this.virtualBase
            : this.virtualBase + (wall - this.wallBase) * this.speed
    }

    private resume(): void {
        this.unlimited = false
        this.wallBase = performance.now()
        this.virtualBase = this.current
        if (!this.running) this.schedule()
    }

    private rebase(): void {
        this.unlimited = false
        this.current = this.now()
        this.wallBase = performance.now()
        this.virtualBase = this.current
    }

    private schedule(): void {
        clearTimeout(this.wake as NodeJS.Timeout)
        clearImmediate(this.wake as NodeJS.Immediate)
        const next = this.queue[0]
        if (!next || this.stopped || this.holds > 0) return
        const ahead = next.due - this.allowed()
        this.planned = performance.now()
        if (ahead <= 0) {
            this.wake = setImmediate(() => this.run())
            return
        }
        const quiet = this.busyUntil - performance.now()
        const wait = quiet > 0 ? Math.min(ahead, quiet) : ahead / this.speed
        this.planned += wait
        this.wake = setTimeout(() => this.run(), wait)
    }

    /** Discounts the time that the machine was busy with other things. */
    private forgiveLateness(): void {
        if (this.waitsFor !== "sockets" || this.speed <= 1 || this.speed === Number.POSITIVE_INFINITY) return
        const wall = performance.now()
        const late = Math.min(wall - this.planned, wall - this.wallBase)
        if (late <= GRACE_MS) return
        this.wallBase += late
        this.busyUntil += late
    }

    /**
     * Runs the timers that are due. Each one runs only after everything that the previous one started has finished,
     * promises included; otherwise time would run ahead of them.
     */
    private run(): void {
        this.forgiveLateness()
        const end = performance.now() + SLICE_MS
        const step = () => {
            let timers = 0
            do {
                if (timers === 0) this.unlimited = false
                timers = (timers + 1) % TIMERS_PER_LOOK
                const next = this.takeDue(end)
                this.running = next !== undefined
                if (!next) return this.schedule()
                this.current = Math.max(this.current, next.due)
                this.restless = this.isQuiet = false
                try {
                    next.callback()
                } finally {
                    if (!this.isQuiet) afterMicrotasks(() => (this.restless ? setImmediate(step) : step()))
                }
            } while (this.isQuiet)
        }
        step()
    }

    /** The next timer that can run; `undefined` when the slice is over. */
    private takeDue(end: number): Event | undefined {
        for (let next = this.queue[0]; next && !this.stopped && this.holds === 0; next = this.queue[0]) {
            if (!this.unlimited) {
                const wall = performance.now()
                const allowed = this.allowed(wall)
                if (wall > end || next.due > allowed) return undefined
                this.unlimited = allowed === Number.POSITIVE_INFINITY
            }
            this.remove()
            if (!next.cancelled) return next
        }
        return undefined
    }

    private before(a: Event, b: Event): boolean {
        return a.due < b.due || (a.due === b.due && a.order < b.order)
    }

    private insert(event: Event): void {
        const heap = this.queue
        let i = heap.length
        heap.push(event)
        while (i > 0) {
            const parent = (i - 1) >> 1
            if (!this.before(event, heap[parent]!)) break
            heap[i] = heap[parent]!
            i = parent
        }
        heap[i] = event
    }

    private remove(): void {
        const heap = this.queue
        const last = heap.pop()!
        if (heap.length === 0) return
        let i = 0
        for (;;) {
            let child = 2 * i + 1
            if (child >= heap.length) break
            if (child + 1 < heap.length && this.before(heap[child + 1]!, heap[child]!)) child++
            if (!this.before(heap[child]!, last)) break
            heap[i] = heap[child]!
            i = child
        }
        heap[i] = last
    }
}

/** Calls back once no promise has anything left to do, without a turn of the event loop. */
function afterMicrotasks(callback: () => void): void {
    queueMicrotask(() => process.nextTick(callback))
}
