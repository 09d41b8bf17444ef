import * as ds from "@devicescript/core"
import { error, notice } from "./log"
import { redacted } from "./secrets"
import { readInTime, writeInTime } from "./settings"

/** Setting that holds the {@link Note}; a deployment writes 0 into it, which resets the count. */
const KEY = "RESTARTS"

/** Restarts in a row that count as a loop. */
const LOOP = 5
/** After this long without a restart, in ms, the count starts over. */
const HEALTHY_MS = 3600000
/** A start at a lower uptime, in ms, is a power-up, which takes about a second; a restarted program starts later. */
const POWER_UP_MS = 5000
/** A restart that took less than this, in ms, was the program's own: that takes a second, one after a panic five. */
const OWN_RESTART_MS = 4000
/** A safe mode that ends sooner, in ms, has failed too. */
const YOUNG_MS = 120000
/** After this time, in ms, a program that started has opened its queue, or has failed. */
const BEGUN_MS = 90000
/** Reason of a restart for which none was noted: a panic, such as running out of memory, leaves no time for that. */
const UNKNOWN = "stopped by the platform, or deployed again"
/** Longest note, as JSON. Reading a setting that is longer than 232 bytes with its key stops the program. */
const NOTE_BYTES = 200

/** What survives a restart. */
export interface Note {
    /** Restarts in a row. */
    readonly count: number
    /** `ds.millis()` when it was written; the platform's clock keeps running while the program restarts. */
    readonly at: number
    reason: string
    /** Whether the program that wrote it had its queue open. */
    opened: boolean
}

/** What is certain about the time before a start of the program. */
export enum Before {
    /** Nothing: the chip may have just started. */
    Unknown = 0,
    /** A program was deployed while the chip was on. Whether a program ran before, and which one, is unknown. */
    Deployment = 1,
    /** This program had its queue open earlier in the same boot of the chip. */
    SameBoot = 2,
}

/** How long the previous run lasted, in ms, as far as the note shows. A note with a later time is from an earlier boot. */
function livedFor(note: Note | undefined, now: number): number {
    return note && note.at <= now ? now - note.at : now
}

/** @param note content of the setting, which can be anything */
export function beforeStart(note: Note | undefined, now: number): Before {
    if (now < POWER_UP_MS) return Before.Unknown
    if (typeof note?.count !== "number") return Before.Deployment
    const lived = livedFor(note, now)
    if (lived < OWN_RESTART_MS) return note.opened === true ? Before.SameBoot : Before.Unknown
    // a run that lasted this long has marked the boot
    return lived > BEGUN_MS ? Before.SameBoot : Before.Unknown
}

/**
 * Counts the restarts of the program in flash, so that a boot loop is detected.
 *
 * After the fifth restart in a row the program runs in _safe mode_ for an hour, then tries a normal start; one more restart,
 * and it is back in safe mode. If safe mode fails too, nothing but the light runs for an hour. A start after power-up or
 * after a deployment is always a normal one.
 *
 * A healthy program writes nothing; a restart writes once, and once more an hour later.
 */
export class Restarts {
    /** Restarts in a row, including the last one. */
    count = 0
    /** Whether to run in safe mode. */
    safeMode = false
    /** Whether to run nothing but the light, because even safe mode failed. */
    onlyLight = false
    /** What is certain about the time before the program started. */
    before = Before.Unknown
    /** Whether the program has its queue open. */
    opened = false
    /** Why the program started. */
    reason = "powered on"
    /** `ds.millis()` when the program started. */
    readonly begunAt = ds.millis()

    /** Finds out why the program started. Call it once, before anything else. */
    async begin() {
        const note = await readInTime<Note>(KEY)
        const now = this.begunAt
        if (typeof note?.count === "number") this.count = note.count
        this.before = beforeStart(note, now)
        if (now < POWER_UP_MS) return
        const lived = livedFor(note, now)
        const own = lived < OWN_RESTART_MS
        if (!own) await this.note(UNKNOWN)
        this.reason = own ? (note as Note).reason : UNKNOWN
        this.safeMode = this.count >= LOOP
        this.onlyLight = !own && this.count > LOOP && lived < YOUNG_MS
    }

    /** Logs the start and its reason. Call it once, as soon as the logbook listens. */
    tell() {
        const row = this.begunAt < POWER_UP_MS ? "" : this.count + " in a row: "
        notice("program", "started, " + row + this.reason)
        if (this.safeMode) error("program", "keeps failing: safe mode for an hour, nothing is uploaded")
    }

    /** Notes why the program is about to restart. */
    async note(reason: string) {
        await this.write(this.count + 1, reason)
    }

    /**
     * Resets the count once the program has run for an hour. Call it periodically.
     * @returns whether safe mode is over, so that the program must restart: the next start is a normal one
     */
    async settle(): Promise<boolean> {
        if (ds.millis() - this.begunAt < HEALTHY_MS) return false
        if (this.safeMode) {
            // the restart that follows is counted too
            this.count = LOOP - 2
            return true
        }
        if (this.count > 0) await this.write(0, "")
        return false
    }

    private async write(count: number, reason: string) {
        this.count = count
        const note: Note = { count, at: ds.millis(), reason: redacted(reason), opened: this.opened }
        while (JSON.stringify(note).length > NOTE_BYTES)
            note.reason = note.reason.slice(0, note.reason.length >> 1)
        await writeInTime(KEY, note)
    }
}
