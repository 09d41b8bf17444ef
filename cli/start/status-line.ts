/** Where lines are written; `process.stdout` is one. */
export interface Terminal {
    readonly isTTY?: boolean
    readonly columns?: number
    write(text: string): unknown
}

const CLEAR_LINE = "\r\x1b[2K"
const USUAL_COLUMNS = 80

/** Lines that scroll, and under them one that stays; without a terminal, lines and nothing else. */
export class StatusLine {
    private status = ""

    constructor(private readonly terminal: Terminal) {}

    /** Whether a line can stay. */
    get stays(): boolean {
        return this.terminal.isTTY ?? false
    }

    print(line: string): void {
        this.terminal.write(`${this.clearing}${line}\n${this.shown}`)
    }

    /** Changes the line that stays; it is cut where the terminal ends. */
    show(status: string): void {
        if (!this.stays || status === this.status) return
        const { clearing } = this
        this.status = status
        this.terminal.write(`${clearing}${this.shown}`)
    }

    /** Takes away the line that stays. */
    end(): void {
        this.terminal.write(this.clearing)
        this.status = ""
    }

    private get clearing(): string {
        return this.status === "" ? "" : CLEAR_LINE
    }

    private get shown(): string {
        return this.status.slice(0, (this.terminal.columns ?? USUAL_COLUMNS) - 1)
    }
}
