import { expect, test } from "vitest"
import { ConsoleView } from "../../../cli/start/console-view"
import { RunSummary } from "../../../cli/start/run-summary"
import { StatusLine } from "../../../cli/start/status-line"
import { newCounters } from "../../../services/counters"
import type { LogLine } from "../../../sim/vm/device"

/** A terminal that keeps what a person would see on it: whole lines, and the last one. */
class Screen {
    lines = [""]

    constructor(
        readonly isTTY: boolean,
        readonly columns = 40,
    ) {}

    raw = ""

    write(text: string): void {
        this.raw += text
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what clears a line
        for (const part of text.split(/(\r\x1b\[2K|\n)/)) {
            if (part === "\n") this.lines.push("")
            else if (part.startsWith("\r")) this.lines[this.lines.length - 1] = ""
            else this.lines[this.lines.length - 1] += part
        }
    }
}

const said = (level: LogLine["level"], text: string): LogLine => ({ time: 0, level, text })

test("a line stays under those that scroll, and is never longer than the terminal", () => {
    const screen = new Screen(true)
    const line = new StatusLine(screen)
    line.print("first")
    line.show("x".repeat(100))
    expect(screen.lines).toEqual(["first", "x".repeat(39)])
    line.print("second")
    expect(screen.lines).toEqual(["first", "second", "x".repeat(39)])
    line.show("short")
    expect(screen.lines.at(-1)).toBe("short")
    line.end()
    expect(screen.lines).toEqual(["first", "second", ""])
})

test("in a pipe there are lines and nothing else", () => {
    const screen = new Screen(false)
    const view = new ConsoleView(screen)
    view.note("Meter: virtual.")
    view.status("never shown")
    view.show(said("error", "uplink: no"))
    view.show(said(undefined, "of the firmware"))
    view.show(said("debug", "for the curious"))
    view.end()
    expect(screen.raw).toMatch(/^Meter: virtual\.\n\d\d:\d\d:\d\d uplink: no\n$/)
})

test("a terminal without colours gets none", () => {
    const screen = new Screen(true)
    const view = new ConsoleView(screen, false)
    view.note("one")
    view.show(said("warn", "two"))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
    expect(screen.raw).not.toMatch(/\x1b\[\d+m/)
})

test("the sentence at the end tells what became of the readings", () => {
    const summary = new RunSummary()
    const counters = { ...newCounters(), readings: 3, accepted: 2, queued: 1 }
    expect(summary.sentence(counters, 30_000)).toBe(
        "After 30 s: 3 readings taken, 2 accepted, 1 waiting. No trouble.",
    )
    summary.hear(said("error", "uplink: nobody is there"))
    expect(summary.sentence({ ...counters, dropped: 4, thinned: 5 }, 3_600_000)).toBe(
        "After 1 h: 3 readings taken, 2 accepted, 1 waiting, 5 thinned out, 4 lost. " +
            "Trouble was told of once; still open: uplink: nobody is there.",
    )
    summary.hear(said("info", "uplink: EmonCMS takes readings again"))
    expect(summary.sentence(counters, 30_000)).toMatch(/Trouble was told of once\.$/)
})

test("the line that stays tells of the last upload, the clock, and open trouble", () => {
    const summary = new RunSummary()
    const counters = newCounters()
    expect(summary.status(counters, 0)).toBe(
        "0 readings taken, 0 accepted, 0 waiting · nothing uploaded yet · no trouble",
    )
    summary.work({ clock: undefined, clockDoubted: false })
    counters.accepted = 3
    summary.status(counters, 10_000)
    expect(summary.status(counters, 40_000)).toContain("last upload 30 s ago · clock not known")
    const clock = { now: 0, uncertaintyMs: 120 }
    summary.work({ clock, clockDoubted: true })
    expect(summary.status(counters, 40_000)).toContain("clock in doubt")
    summary.work({ clock, clockDoubted: false })
    summary.hear(said("warn", "heatpump: is unknown: no answer"))
    expect(summary.status(counters, 40_000)).toMatch(/clock to 120 ms · heatpump: is unknown: no answer$/)
})
