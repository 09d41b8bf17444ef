import type { Counters } from "../../services/counters"
import type { LogLine } from "../../sim/vm/device"
import { durationText } from "../../tools/device/format"
import type { ProgramStatus } from "../../tools/device/status"

/** Words with which a source says that its trouble is over. */
const OVER = /answers again|takes readings again|works again|readings accepted/

/** Words of a trouble that is over when it is told. */
const PASSING = /failed \(|following it|set aside/

/** What has become of a run so far, in one line. */
export class RunSummary {
    /** What each source complains about, the latest one last. */
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

    /** How things stand, for the line that stays. */
    status(counters: Counters, now: number): string {
        if (counters.accepted !== this.accepted) this.acceptedAt = now
        this.accepted = counters.accepted
        const upload =
            this.acceptedAt === undefined
                ? "nothing uploaded yet"
                : `last upload ${durationText((now - this.acceptedAt) / 1000)} ago`
        const trouble = [...this.complaints.values()].at(-1) ?? "no trouble"
        return [fatesText(counters), upload, ...this.clockText(), trouble].join(" · ")
    }

    /** Nothing where nobody looks at the clock. */
    private clockText(): string[] {
        if (!this.seen) return []
        const { clock, clockDoubted } = this.seen
        if (clockDoubted) return ["clock in doubt"]
        return [clock ? `clock to ${clock.uncertaintyMs} ms` : "clock not known"]
    }

    /**
     * What has become of it, when it is over.
     * @param elapsed in ms of the house's clock
     */
    sentence(counters: Counters, elapsed: number): string {
        const time = durationText(Math.round(elapsed / 1000))
        const latest = [...this.complaints.values()].at(-1)
        const open = latest === undefined ? "" : `; still open: ${latest}`
        const times = this.troubles === 1 ? "once" : `${this.troubles} times`
        const trouble = this.troubles === 0 ? "No trouble." : `Trouble was told of ${times}${open}.`
        return `After ${time}: ${fatesText(counters)}. ${trouble}`
    }
}

function fatesText({ readings, accepted, queued, thinned, dropped }: Counters): string {
    const parts = [
        `${readings} ${readings === 1 ? "reading" : "readings"} taken`,
        `${accepted} accepted`,
        `${queued} waiting`,
        ...(thinned > 0 ? [`${thinned} thinned out`] : []),
        ...(dropped > 0 ? [`${dropped} lost`] : []),
    ]
    return parts.join(", ")
}
