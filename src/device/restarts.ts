import * as ds from "@devicescript/core"
import { error, notice } from "./log"
import { redacted } from "./secrets"
import { readInTime, writeInTime } from "./settings"

/** Setting with the {@link Note}; a deployment writes 0 into it and so begins anew. */
const KEY = "RESTARTS"

/** Restarts in a row that make a loop. */
const LOOP = 5
/** After so long without a restart the next one is the first again, in ms. */
const HEALTHY_MS = 3600000
/** A program starts about a second after the power came; restarted ones start later. */
const POWER_UP_MS = 5000
/** A restart of its own takes the program a second, one after a panic five. */
const OWN_RESTART_MS = 4000
/** A safe mode that ends sooner, in ms, does not live either. */
const YOUNG_MS = 120000
/** By then a start has opened the queue, or has failed, in ms. */
const BEGUN_MS = 90000
/** Why a program starts again that has not noted a reason: a panic, such as for want of memory, leaves no time to. */
const UNKNOWN = "stopped by the platform, or deployed anew"
/** The setting as JSON; what is longer than 232 bytes with its key stops the program when it is read. */
const NOTE_BYTES = 200

/** What outlives a restart. */
export interface Note {
    /** Restarts in a row. */
    readonly count: number
    /** `ds.millis()` when it was written; the platform's clock goes on over a restart of the program. */
    readonly at: number
    reason: string
    /** The program that wrote it had its queue open. */
    opened: boolean
}

/** What is certain of the time before a start of the program. */
export enum Before {
    /** Nothing. The chip may have started just now. */
    Unknown = 0,
    /** A program was deployed, on a chip that was on. Which one ran before, and whether one did, nobody knows. */
    Deployment = 1,
    /** This program had its queue open in the same boot of the chip. */
    SameBoot = 2,
}

/** How long the run before this start has lived, in ms, as far as the note tells; the later ones are of an earlier boot. */
function livedFor(note: Note | undefined, now: number): number {
    return note && note.at <= now ? now - note.at : now
}

/** @param note what the setting holds, whatever that is */
export function beforeStart(note: Note | undefined, now: number): Before {
    if (now < POWER_UP_MS) return Before.Unknown
    if (typeof note?.count !== "number") return Before.Deployment
    const lived = livedFor(note, now)
    if (lived < OWN_RESTART_MS) return note.opened === true ? Before.SameBoot : Before.Unknown
    // whoever got so far has marked the boot
    return lived > BEGUN_MS ? Before.SameBoot : Before.Unknown
}

/**
 * Counts the restarts of the program in the flash, so that one that cannot live notices it.
 *
 * After the fifth in a row it shall run in _safe mode_ for an hour, and then try again: one more restart, and it is
 * back in safe mode. If safe mode cannot live either, only the light remains for the rest of the hour. A start after
 * the power came, or after a deployment, is always a normal one.
 *
 * A program that is well writes nothing, a restart writes once, and an hour later once more.
 */
export class Restarts {
    /** Restarts in a row, the last one included. */
    count = 0
    /** The program is to run in safe mode. */
    safeMode = false
    /** Not even safe mode has lived: nothing is to run but the light. */
    onlyLight = false
    /** What was before the program started. */
    before = Before.Unknown
    /** The program has its queue open. */
    opened = false
    /** Why the program started. */
    reason = "the power came"
    /** `ds.millis()` when it did. */
    readonly begunAt = ds.millis()

    /** Finds out how the program came to start. To be called once, before anything else is done. */
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

    /** Logs the start and its reason. To be called once, when those who keep the log listen. */
    tell() {
        const row = this.begunAt < POWER_UP_MS ? "" : this.count + " in a row: "
        notice("program", "started, " + row + this.reason)
        if (this.safeMode) error("program", "cannot live: safe mode for an hour, nothing is uploaded")
    }

    /** Notes why the program is about to restart. */
    async note(reason: string) {
        await this.write(this.count + 1, reason)
    }

    /**
     * Takes note when the program has lived for an hour. To be called now and then.
     * @returns whether safe mode is over, and the program is to restart for that: the next start is a normal one
     */
    async settle(): Promise<boolean> {
        if (ds.millis() - this.begunAt < HEALTHY_MS) return false
        if (this.safeMode) {
            // the restart to come is counted, too
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
