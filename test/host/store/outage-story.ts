import { sleep } from "../../../sim/clock"
import type { FeedPoint } from "../../../sim/emoncms/feeds/engine"
import { Flash } from "../../../sim/vm/flash"
import { compare } from "../../../tools/scenario/comparison"
import { Journal, type Taken } from "../../../tools/scenario/journal"
import { World } from "../../../tools/scenario/world"
import { smallBlocks } from "./small-blocks"

/** A write of a setting to the flash. */
export interface SettingWrite {
    readonly key: string
    /** How many readings had been taken before. */
    readonly taken: number
}

/** Where the power fails: in a write to the flash, or when the server has just taken a reading. */
export type Cut =
    | {
          /** The number of the write, counted from 1. */
          readonly write: number
          /** The part of the write that is done, 0 to 1. */
          readonly part: number
      }
    | {
          /** How many readings the server has then. It still takes the rest of their upload. */
          readonly accepted: number
      }

/** The outcome of a story. */
export interface Story {
    readonly writes: readonly SettingWrite[]
    /** How many readings were taken, and how many slots of time have none. */
    readonly taken: number
    readonly unread: number
    /** Numbers of the readings that are not in the feeds; the first reading is 0. */
    readonly lost: readonly number[]
    /** Points of the feeds that the meter did not show. */
    readonly wrong: number
    /** How often the server took values for a time that already had some. */
    readonly duplicates: number
    readonly repeats: number
    readonly panics: number
    /** How many readings had been taken, and how many of them the server had, when the power failed. */
    readonly atCut: undefined | { readonly taken: number; readonly accepted: number }
    /** How many readings the program reports to have found in the flash after the power failure. */
    readonly recovered: number
    /** Whether the firmware had lost its program when the power was back. */
    readonly wiped: boolean
}

const POLL_SECONDS = 10
const START = Date.UTC(2026, 0, 15)
const METER = "heatpump"

/** How long the device is without power, and how long the firmware can take to start, in ms. */
const DARK_MS = 30_000
const STARTUP_MS = 1000

/** The server's outages, in minutes, and how many minutes the device can take to try again and deliver. */
const OUTAGES = [
    { from: 2, until: 9 },
    { from: 14, until: 20 },
]
const DELIVERY = 5

/** Runs a device in virtual time through two outages, or one if the power fails in it. */
export async function tellOutages(cut?: Cut): Promise<Story> {
    const journal = new Journal()
    const writes: SettingWrite[] = []
    const flash = new Flash(undefined, image =>
        writes.push({ key: keysIn(image).at(-1) ?? "", taken: journal.taken.length }),
    )
    const world = await World.begin({
        start: START,
        seed: 1,
        meters: [{ name: METER, address: 1 }],
        pollSeconds: POLL_SECONDS,
        uploadSeconds: 30,
        journal,
        flash,
        overrides: await smallBlocks(),
    })
    writes.length = 0
    const accepted = new Set<number>()

    let atCut: Story["atCut"]
    let wiped = false
    const darkness = async () => {
        atCut = { taken: journal.taken.length, accepted: accepted.size }
        const powerBack = await world.device.cutPower()
        await sleep(world.clock, DARK_MS)
        await powerBack()
        await sleep(world.clock, STARTUP_MS)
        wiped = !keysIn(flash.image).includes(PROGRAM)
        if (wiped) await world.device.redeploy()
    }
    if (cut && "write" in cut) flash.failAt(cut.write, cut.part, () => void darkness())
    world.server.onAccepted(({ input, time }) => {
        if (input !== "power") return
        accepted.add(time)
        if (cut && "accepted" in cut && accepted.size === cut.accepted) void darkness()
    })

    const until = (minute: number) => sleep(world.clock, START + 60_000 * minute - world.clock.now())
    let end = 0
    for (const outage of OUTAGES) {
        await until(outage.from)
        const down = { type: "down" } as const
        await world.proxy.add(down)
        await until(outage.until)
        await world.proxy.remove(down)
        end = outage.until + DELIVERY
        if (atCut) break
    }
    await until(end)
    // readings taken from now on are ignored
    const taken = journal.taken.slice()
    await sleep(world.clock, 60_000)
    const { recovered } = world.simulation.counters
    await world.end()

    const feeds = world.inputsOf(METER).map(input => world.server.feedPoints(world.feeds.get(input)!))
    const { wrong } = compare(taken, world.witnesses[0]!.showings, feeds, {
        pollSeconds: POLL_SECONDS,
        end: START + 60_000 * end,
    })
    const { duplicates, repeats, panics } = journal
    const unread = (60 / POLL_SECONDS) * end - taken.length
    const lost = missing(taken, feeds)
    return {
        writes,
        taken: taken.length,
        unread,
        lost,
        wrong,
        duplicates,
        repeats,
        panics,
        atCut,
        recovered,
        wiped,
    }
}

/** Numbers of the readings that the feeds do not hold with all their values. */
function missing(readings: readonly Taken[], feeds: readonly FeedPoint[][]): number[] {
    const held = feeds.map(points => new Map(points))
    return readings.flatMap(({ at, values }, number) => {
        const slot = POLL_SECONDS * Math.round(at / 1000 / POLL_SECONDS)
        const isThere = values.every((value, i) => held[i]!.get(slot) === Math.fround(value))
        return isThere ? [] : [number]
    })
}

/** An entry in the firmware's flash: 16 bytes with the key, then position and length of its value (`jd_fstor.c`). */
const ENTRY_BYTES = 24
const KEY_BYTES = 16

/** The key of the program. Keys of settings begin with a colon. */
const PROGRAM = "*prog"

/** The keys of the first bank in the order in which they were written, without the colons. */
function keysIn(image: Uint8Array): string[] {
    const keys: string[] = []
    for (let entry = ENTRY_BYTES; image[entry] !== 0xff; entry += ENTRY_BYTES) {
        const key = Buffer.from(image.subarray(entry, entry + KEY_BYTES))
        keys.push(key.toString("latin1", 0, key.indexOf(0)).replace(":", ""))
    }
    return keys
}
