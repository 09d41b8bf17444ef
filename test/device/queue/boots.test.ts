import { describe, expect, test } from "@devicescript/test"
import { Before, beforeStart, type Note } from "../../../src/device/restarts"
import type { Meter } from "../../../src/line/meters/profile"
import { noLosses } from "../../../src/queue/backlog"
import { Ending } from "../../../src/queue/codec/checkpoint"
import { openQueue, type ReadingQueue } from "../../../src/queue/reading-queue"
import { MemorySlots } from "../device/memory-slots"
import { Xorshift } from "../line/meters/xorshift"
import { field, profileOf } from "../profiles"

/*
 * Every way in which runs of the program can follow each other, and the effect on the times of readings. The value of each
 * reading is its true time.
 */

const POLL_MS = 300000
/** Readings per run. The last ones come late enough in an outage to be written to slots. */
const READINGS = 7
const SLOTS = 8
const BLOCK_BYTES = 40
/** The true time when a story begins, in ms. Values are seconds since then. */
const BEGIN = 1795348800000
const DARK_MS = 2400000
/**
 * Permitted error of a time, in ms: its precision in a block, the tolerance within which a reading counts as on time, and the
 * unknown duration of a chip restart.
 */
const PRECISION_MS = 64 + 50 + 300

const meter: Meter = { name: "m", profile: profileOf("clock", [field("seconds", "", 0)]), address: 1 }

type Clock = "never" | "late" | "at once" | "delivering"
type Event =
    | "cut"
    | "reset"
    | "restart"
    | "panic"
    | "deployment"
    | "bare deployment"
    | "prepared"
    | "chip restart"

const CLOCKS: Clock[] = ["never", "late", "at once"]
/** Events before which the program saves its queue. */
const SAVING: Event[] = ["restart", "prepared", "chip restart"]
const EVENTS: Event[] = ["cut", "reset", "panic", "deployment", "bare deployment"]
EVENTS.pushRange(SAVING)

/** The state of a story: everything that outlives the program, and the true time. */
interface State {
    readonly store: MemorySlots
    note: Note
    wall: number
    /** The true time at which the chip started. */
    bootedAt: number
    /** Numbers of readings: taken; delivered or counted as lost; lost with the heap; undatable. */
    taken: number
    accounted: number
    lostWithHeap: number
    undatable: number
    path: string
}

function copyOf(state: State): State {
    const { store } = state
    const copy = new MemorySlots(SLOTS, BLOCK_BYTES, store.eager)
    for (let i = 0; i < store.contents.length; i++) copy.contents[i] = store.contents[i]
    const { note, wall, bootedAt, taken, accounted, lostWithHeap, undatable, path } = state
    return { store: copy, note, wall, bootedAt, taken, accounted, lostWithHeap, undatable, path }
}

function begin(eager: boolean): State {
    return {
        store: new MemorySlots(SLOTS, BLOCK_BYTES, eager),
        // the note of a program that has run for an hour since its deployment
        note: { count: 0, at: 3700000, reason: "", opened: true },
        wall: BEGIN + 1000,
        bootedAt: BEGIN,
        taken: 0,
        accounted: 0,
        lostWithHeap: 0,
        undatable: 0,
        path: "",
    }
}

/** Starts the program, and updates its note as `Restarts.begin` does. */
async function start(state: State): Promise<ReadingQueue> {
    const { store, note } = state
    const now = state.wall - state.bootedAt
    const before = beforeStart(note, now)
    const own = note?.at <= now && now - note.at < 4000
    if (now >= 5000 && !own) state.note = { count: 1, at: now, reason: "", opened: false }
    const losses = noLosses()
    const waiting = state.taken - state.accounted - state.lostWithHeap
    const options = {
        meters: [meter],
        pollMs: POLL_MS,
        heapBlocks: 4,
        blockBytes: BLOCK_BYTES,
        store,
        losses,
    }
    const queue = await openQueue(options, now, before)
    state.lostWithHeap = state.lostWithHeap + waiting - queue.length
    if (waiting < queue.length) throw new Error(state.path + ": readings come back")
    return queue
}

async function run(state: State, queue: ReadingQueue, clock: Clock) {
    const { bootedAt } = state
    if (clock === "at once" || clock === "delivering") queue.wallOffset = bootedAt
    for (let i = 0; i < READINGS; i++) {
        state.wall = state.wall + POLL_MS
        if (clock === "late" && i === READINGS >> 1) queue.wallOffset = bootedAt
        const seconds = Math.round((state.wall - BEGIN) / 1000)
        state.wall = BEGIN + seconds * 1000
        await queue.append({ meter, at: state.wall - bootedAt, values: [seconds] })
        state.taken++
    }
    if (clock === "delivering") await deliver(state, queue)
    await settle(state, queue)
}

/** Delivers everything, and checks each time. */
async function deliver(state: State, queue: ReadingQueue) {
    while (queue.length > 0) {
        const batch = await queue.peek()
        if (!batch) continue
        if (batch.wallOffset === undefined)
            throw new Error(state.path + ": no time though the clock is known")
        const from = batch.end
        while (batch.reading) {
            const { at, values } = batch.reading
            const error = batch.wallOffset + at - (BEGIN + values[0] * 1000)
            if (Math.abs(error) > PRECISION_MS) throw new Error(state.path + ": wrong by " + error + " ms")
            batch.next()
        }
        const count = await queue.acknowledge(batch.end)
        expect(count).toBe(batch.end - from)
        state.accounted = state.accounted + count
    }
}

/** Adds the losses that the queue has counted to the state. */
async function settle(state: State, { losses }: ReadingQueue) {
    const { thinned, crowdedOut, damaged, undatable } = losses
    state.undatable = state.undatable + undatable
    state.accounted = state.accounted + thinned + crowdedOut + damaged + undatable
    losses.thinned = losses.crowdedOut = losses.damaged = losses.undatable = 0
}

async function happens(state: State, queue: ReadingQueue, event: Event) {
    const now = state.wall - state.bootedAt
    if (event === "cut" || event === "reset") {
        state.wall = state.wall + (event === "cut" ? DARK_MS : 300)
        state.bootedAt = state.wall
        state.wall = state.wall + 1000
    } else if (event === "chip restart") {
        await queue.save(Ending.Chip, now)
        state.wall = state.wall + 300
        state.bootedAt = state.wall
        state.wall = state.wall + 1000
    } else if (event === "restart") {
        await queue.save(Ending.Program, now)
        state.note = { count: 1, at: now, reason: "", opened: true }
        state.wall = state.wall + 1060
    } else if (event === "panic") {
        state.wall = state.wall + 5200
    } else if (event === "prepared") {
        await queue.save(Ending.Program, now)
        state.note = 0 as never
        state.wall = state.wall + 8000
    } else {
        if (event === "deployment") state.note = 0 as never
        state.wall = state.wall + 3000
    }
    await settle(state, queue)
}

/** Ends a story: the server is there, and everything is delivered. */
async function end(state: State) {
    const queue = await start(state)
    await run(state, queue, "delivering")
    expect(queue.length).toBe(0)
    if (state.taken !== state.accounted + state.lostWithHeap)
        throw new Error(state.path + ": not all accounted for")
}

let stories = 0

/** Plays every story that continues from a state with this many events. */
async function tellAll(state: State, events: number) {
    for (const clock of CLOCKS) {
        let ran: State
        let queue: ReadingQueue
        for (const event of EVENTS) {
            if (!ran) {
                ran = copyOf(state)
                queue = await start(ran)
                await run(ran, queue, clock)
            }
            let next = ran
            // A run goes on in several ways, until one of them changes its queue.
            if (SAVING.includes(event)) ran = undefined
            else next = copyOf(ran)
            next.path = state.path + clock + ", " + event + "; "
            await happens(next, queue, event)
            if (events > 1) await tellAll(next, events - 1)
            else {
                stories++
                await end(next)
            }
        }
    }
}

async function tell(eager: boolean, story: [Clock, Event][]): Promise<State> {
    const state = begin(eager)
    for (const step of story) {
        const [clock, event] = step
        state.path = state.path + clock + ", " + event + "; "
        const queue = await start(state)
        await run(state, queue, clock)
        await happens(state, queue, event)
    }
    await end(state)
    return state
}

describe("reading times over any sequence of boots", () => {
    test("are right and no reading is unaccounted for, in slots that wear out", async () => {
        await tellAll(begin(false), 2)
        expect(stories).toBe(24 * 24)
    })

    test("are right and no reading is unaccounted for, in eager slots", async () => {
        stories = 0
        await tellAll(begin(true), 2)
        expect(stories).toBe(24 * 24)
    })

    test("are right over long random sequences with deliveries in between", async () => {
        const clocks: Clock[] = ["never", "late", "at once", "delivering"]
        const random = new Xorshift()
        const choose = (count: number) => random.below(count)
        for (let i = 0; i < 300; i++) {
            const state = begin(i % 2 === 0)
            for (let length = 3 + choose(4); length > 0; length--) {
                const clock = clocks[choose(4)]
                const event = EVENTS[choose(EVENTS.length)]
                state.path = state.path + clock + ", " + event + "; "
                const queue = await start(state)
                await run(state, queue, clock)
                await happens(state, queue, event)
            }
            await end(state)
        }
    })

    test("are recovered when only the program restarts and the clock is known late", async () => {
        const same: Event[] = ["restart", "panic", "bare deployment", "prepared"]
        for (const event of same) {
            const { undatable, lostWithHeap } = await tell(true, [
                ["never", event],
                ["never", event],
            ])
            expect(undatable).toBe(0)
            expect(lostWithHeap).toBe(0)
        }
    })

    test("are not taken from another boot after a power cut and an early deployment", async () => {
        const story: [Clock, Event][] = [
            ["never", "cut"],
            ["never", "bare deployment"],
        ]
        const { undatable } = await tell(true, story)
        expect(undatable).toBe(READINGS)
    })

    test("rely on the same boot only when the restart note proves it", () => {
        const note = { count: 0, at: 100000, reason: "", opened: true }
        expect(beforeStart(note, 2000)).toBe(Before.Unknown)
        expect(beforeStart(note, 60000)).toBe(Before.Unknown)
        expect(beforeStart(note, 101000)).toBe(Before.SameBoot)
        expect(beforeStart({ count: 0, at: 100000, reason: "", opened: false }, 101000)).toBe(Before.Unknown)
        expect(beforeStart(note, 150000)).toBe(Before.Unknown)
        expect(beforeStart(note, 191000)).toBe(Before.SameBoot)
        expect(beforeStart(0 as never, 191000)).toBe(Before.Deployment)
        expect(beforeStart(undefined, 191000)).toBe(Before.Deployment)
    })
})
