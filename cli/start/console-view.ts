import pc from "picocolors"
import type { LogLevel, LogLine } from "../../sim/vm/device"
import { StatusLine, type Terminal } from "./status-line"

/** Shows the output of the program, and of this command, on a terminal. */
export class ConsoleView {
    private readonly line: StatusLine
    private readonly colors: ReturnType<typeof pc.createColors>

    /** @param colored whether to use colors. By default, if the environment allows it and the terminal supports it */
    constructor(terminal: Terminal, colored = (terminal.isTTY ?? false) && pc.isColorSupported) {
        this.line = new StatusLine(terminal)
        this.colors = pc.createColors(colored)
    }

    /** Whether a status line can stay below the scrolling lines. */
    get hasStatus(): boolean {
        return this.line.stays
    }

    /** Shows a line of the program with the time of its clock. Skips debug lines and lines of the firmware itself. */
    show({ time, level, text }: LogLine): void {
        if (level === undefined || level === "debug") return
        const at = new Date(time).toTimeString().slice(0, 8)
        this.line.print(`${this.colors.gray(at)} ${this.paint(level, text)}`)
    }

    /** Shows a line of this command. */
    note(text: string): void {
        this.line.print(this.colors.cyan(text))
    }

    /** Changes the status line. */
    status(text: string): void {
        this.line.show(text)
    }

    /** Removes the status line. */
    end(): void {
        this.line.end()
    }

    private paint(level: LogLevel, text: string): string {
        if (level === "error") return this.colors.red(text)
        return level === "warn" ? this.colors.yellow(text) : text
    }
}
