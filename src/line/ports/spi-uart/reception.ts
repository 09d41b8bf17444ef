/** What was received in one exchange, besides the characters. One object is kept and used for every exchange. */
export class Reception {
    /** Characters with a good start bit, parity and stop bit. */
    length = 0
    /** Characters whose stop bit was 0; they are left out. A break is one. */
    framingErrors = 0
    /** Characters whose parity bit was wrong; they are left out. */
    parityErrors = 0
    /** Low pulses too short for a start bit. */
    falseStarts = 0

    /** Forgets everything. */
    clear() {
        this.length = 0
        this.framingErrors = 0
        this.parityErrors = 0
        this.falseStarts = 0
    }

    /** Everything that was no good character. */
    errors(): number {
        return this.framingErrors + this.parityErrors + this.falseStarts
    }
}
