/** Counters of one exchange. The port reuses one object for every exchange. */
export class Reception {
    /** Characters with a good start bit, parity and stop bit. */
    length = 0
    /** Characters whose stop bit was 0; they are left out. A break counts as one. */
    framingErrors = 0
    /** Characters whose parity bit was wrong; they are left out. */
    parityErrors = 0
    /** Low pulses too short for a start bit. */
    falseStarts = 0

    /** Resets all counters. */
    clear() {
        this.length = 0
        this.framingErrors = 0
        this.parityErrors = 0
        this.falseStarts = 0
    }

    /** Sum of all errors and false starts. */
    errors(): number {
        return this.framingErrors + this.parityErrors + this.falseStarts
    }
}
