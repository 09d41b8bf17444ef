import type { LogLine } from "../vm/device"
import type { Showing, Witness } from "./witness"

/** A reading that the program has taken. */
export interface Taken {
    readonly meter: string
    /** When, in ms of the true time. */
    readonly at: number
    /** What the meter had shown just before. */
    readonly values: Showing["values"]
}

/** How long after the meter's answer the program may tell of the reading, in ms. */
const TOLD_WITHIN_MS = 2000

/** Keeps what the program said. */
export class Journal {
    readonly taken: Taken[] = []
    /** Warnings and errors, and what the firmware said of panics. */
    readonly trouble: LogLine[] = []
    /** Programs that were stopped by a panic. */
    panics = 0
    witnesses: readonly Witness[] = []

    hear(entry: LogLine): void {
        const { level, text, time } = entry
        if (level === "warn" || level === "error") this.trouble.push(entry)
        if (level !== "info") return
        const [, meter] = /^(\S+): \d+\.\d V, /.exec(text) ?? []
        const showing = this.witnesses.find(({ name }) => name === meter)?.showings.at(-1)
        if (meter === undefined || !showing || showing.at < time - TOLD_WITHIN_MS) return
        this.taken.push({ meter, at: showing.at, values: showing.values })
    }

    programStopped(code: number): void {
        if (code !== 0) this.panics++
    }
}
