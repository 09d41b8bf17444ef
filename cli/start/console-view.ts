import pc from "picocolors"
import type { LogLevel, LogLine } from "../../sim/vm/device"
import { StatusLine, type Terminal } from "./status-line"

/** Shows on a terminal what the program says, and what this command has to say. */
export class ConsoleView {
    private readonly line: StatusLine
    private readonly colours: ReturnType<typeof pc.createColors>

    /** @param coloured whether it is shown in colours; left out, as the environment wants it and the terminal can */
    constructor(terminal: Terminal, coloured = (terminal.isTTY ?? false) && pc.isColorSupported) {
        this.line = new StatusLine(terminal)
        this.colours = pc.createColors(coloured)
    }

    /** Whether a line can stay under those that scroll. */
    get hasStatus(): boolean {
        return this.line.stays
    }

    /** A line of the program, with the time of its clock; what the firmware itself says is left out. */
    show({ time, level, text }: LogLine): void {
        if (level === undefined || level === "debug") return
        const at = new Date(time).toTimeString().slice(0, 8)
        this.line.print(`${this.colours.gray(at)} ${this.paint(level, text)}`)
    }

    /** A line of this command. */
    note(text: string): void {
        this.line.print(this.colours.cyan(text))
    }

    /** Changes the line that stays. */
    status(text: string): void {
        this.line.show(text)
    }

    /** Takes away the line that stays. */
    end(): void {
        this.line.end()
    }

    private paint(level: LogLevel, text: string): string {
        if (level === "error") return this.colours.red(text)
        return level === "warn" ? this.colours.yellow(text) : text
    }
}
