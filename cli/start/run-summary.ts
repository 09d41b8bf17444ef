import type { LogLine } from "../../sim/vm/device"
import { durationText } from "../../tools/device/format"
import type { ProgramStatus } from "../../tools/device/status"
import type { RunCounters } from "./run-totals"

/** Texts with which a source reports the end of its trouble. */
const OVER = /answers again|accepts readings again|works again|readings accepted/

/** Texts about trouble that is already over when it is logged. */
const PASSING = /failed \(|following it|not sent again/

/** Sums up a run in one line. */
export class RunSummary {
    /** The open complaint of every source, with the latest one last. */
    private readonly complaints = new Map<string, string>()
    private troubles = 0
    private accepted = 0
    private acceptedAt: number | undefined
    private seen: Pick<ProgramStatus, "clock" | "clockDoubted"> | undefined

    hear({ level, text }: LogLine): void {
        const source = text.slice(0, Math.max(0, text.indexOf(": ")))
        if (OVER.test(text)) this.complaints.delete(source)
        if (level !== "warn" && level !== "error") return
        this.troubles++
        if (PASSING.test(text)) return
        this.complaints.delete(source)
        this.complaints.set(source, text)
    }

    work(seen: Pick<ProgramStatus, "clock" | "clockDoubted">): void {
        this.seen = seen
    }

    /** The current state, for the status line. */
    status(counters: RunCounters, now: number): string {
        if (counters.accepted !== this.accepted) this.acceptedAt = now
        this.accepted = counters.accepted
        const upload =
            this.acceptedAt === undefined
                ? "nothing uploaded yet"
                : `last upload ${durationText((now - this.acceptedAt) / 1000)} ago`
        const trouble = [...this.complaints.values()].at(-1) ?? "no problems"
        return [fatesText(counters), upload, ...this.clockText(), trouble].join(" · ")
    }

    /** Empty if the program's status has not been read. */
    private clockText(): string[] {
        if (!this.seen) return []
        const { clock, clockDoubted } = this.seen
        if (clockDoubted) return ["clock in doubt"]
        return [clock ? `clock ±${clock.uncertaintyMs} ms` : "clock not set"]
    }

    /**
     * Sums up the run when it is over.
     * @param elapsed in ms of the house's clock
     */
    sentence(counters: RunCounters, elapsed: number): string {
        const time = durationText(Math.round(elapsed / 1000))
        const latest = [...this.complaints.values()].at(-1)
        const open = latest === undefined ? "" : `; still open: ${latest}`
        const times = this.troubles === 1 ? "once" : `${this.troubles} times`
        const trouble = this.troubles === 0 ? "No problems." : `Problems were reported ${times}${open}.`
        return `After ${time}: ${fatesText(counters)}. ${trouble}`
    }
}

function fatesText({ readings, accepted, queued, thinned, dropped, unsaved }: RunCounters): string {
    const lost = dropped + unsaved
    const parts = [
        `${readings} ${readings === 1 ? "reading" : "readings"} taken`,
        `${accepted} accepted`,
        `${queued} waiting`,
        ...(thinned > 0 ? [`${thinned} thinned out`] : []),
        ...(lost > 0 ? [`${lost} lost`] : []),
    ]
    return parts.join(", ")
}
