const WIDTH = 40
/** Shortest time between two updates, in ms of wall time. */
const REDRAW_MS = 200

/** A progress bar on a terminal. Prints nothing if the output is not a terminal. */
export class ProgressBar {
    private drawn = Number.NEGATIVE_INFINITY
    private readonly started = performance.now()

    constructor(
        private readonly label: string,
        private readonly terminal: NodeJS.WriteStream = process.stderr,
    ) {}

    /** @param part from 0 to 1 */
    show(part: number): void {
        const now = performance.now()
        if (!this.terminal.isTTY || now - this.drawn < REDRAW_MS) return
        this.drawn = now
        const full = Math.round(part * WIDTH)
        const bar = "█".repeat(full) + "░".repeat(WIDTH - full)
        const left = part > 0 ? ((now - this.started) * (1 - part)) / part : 0
        const minutes = Math.ceil(left / 60_000)
        this.terminal.write(`\r${this.label} ${bar} ${Math.floor(part * 100)} %, ${minutes} min left \x1b[K`)
    }

    clear(): void {
        if (this.terminal.isTTY) this.terminal.write("\r\x1b[K")
    }
}
