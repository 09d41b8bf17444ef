import type { Clock } from "../../sim/clock"
import type { Answer, Slave } from "../../sim/meter/slave"
import type { VirtualMeter } from "../../sim/meter/virtual-meter"
import type { MeterAnswers, Shown } from "./meter-answers"

/** What a meter showed in one answer. */
export interface Showing extends Shown {
    /** In ms of the clock's time. */
    readonly at: number
}

/** A meter on the line that records what it shows, except for the nonsense after power-up. */
export class Witness implements Slave {
    readonly showings: Showing[] = []

    constructor(
        private readonly clock: Clock,
        readonly name: string,
        readonly meter: VirtualMeter,
        readonly answers: MeterAnswers,
    ) {}

    receive(frame: Uint8Array): Answer | undefined {
        const answer = this.meter.receive(frame)
        const shown = answer && this.meter.settled ? this.answers.take(frame, answer.bytes) : undefined
        if (shown) this.showings.push({ ...shown, at: this.clock.now() })
        return answer
    }

    loseCount(): void {
        this.meter.loseCount()
    }
}
