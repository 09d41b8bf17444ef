import type { LogLevel, LogLine } from "../../sim/vm/device"

/** ANSI colours. */
const GRAY = 90
const CYAN = 36
const COLOURS: Record<LogLevel, number> = { debug: GRAY, info: 39, warn: 33, error: 31 }

/** Shows on a terminal what the program says, and what this command has to say. */
export class ConsoleView {
    /** @param coloured whether the terminal understands colours */
    constructor(private readonly coloured: boolean) {}

    /** A line of the program, with the time of its clock; what the firmware itself says is left out. */
    show({ time, level, text }: LogLine): void {
        if (level === undefined || level === "debug") return
        const at = new Date(time).toTimeString().slice(0, 8)
        console.log(`${this.paint(GRAY, at)} ${this.paint(COLOURS[level], text)}`)
    }

    /** A line of this command. */
    note(text: string): void {
        console.log(this.paint(CYAN, text))
    }

    private paint(colour: number, text: string): string {
        return this.coloured ? `\x1b[${colour}m${text}\x1b[39m` : text
    }
}
