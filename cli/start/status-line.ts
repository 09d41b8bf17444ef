/** The output for lines, for example `process.stdout`. */
export interface Terminal {
    readonly isTTY?: boolean
    readonly columns?: number
    write(text: string): unknown
}

const CLEAR_LINE = "\r\x1b[2K"
const USUAL_COLUMNS = 80

/** Scrolling lines with a status line that stays below them. Without a terminal, there is no status line. */
export class StatusLine {
    private status = ""

    constructor(private readonly terminal: Terminal) {}

    /** Whether there is a status line. */
    get stays(): boolean {
        return this.terminal.isTTY ?? false
    }

    print(line: string): void {
        this.terminal.write(`${this.clearing}${line}\n${this.shown}`)
    }

    /** Changes the status line, which is cut to the width of the terminal. */
    show(status: string): void {
        if (!this.stays || status === this.status) return
        const { clearing } = this
        this.status = status
        this.terminal.write(`${clearing}${this.shown}`)
    }

    /** Removes the status line. */
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
