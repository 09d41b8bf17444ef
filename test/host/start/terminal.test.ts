import { describe, expect, test } from "vitest"
import { ConsoleView } from "../../../cli/start/console-view"
import { RunSummary } from "../../../cli/start/run-summary"
import { RunTotals } from "../../../cli/start/run-totals"
import { StatusLine } from "../../../cli/start/status-line"
import type { LogLine } from "../../../sim/vm/device"

/** A terminal that keeps what a person would see on it: complete lines, and the last one. */
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

const none = () => new RunTotals().counters

const said = (level: LogLine["level"], text: string): LogLine => ({ time: 0, level, text })

test("the status line stays below the output, cut to the terminal's width", () => {
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

test("prints only plain lines to a pipe", () => {
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

test("prints no colors when they are switched off", () => {
    const screen = new Screen(true)
    const view = new ConsoleView(screen, false)
    view.note("one")
    view.show(said("warn", "two"))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colors
    expect(screen.raw).not.toMatch(/\x1b\[\d+m/)
})

test("the final sentence sums up the readings and problems", () => {
    const summary = new RunSummary()
    const counters = { ...none(), readings: 3, accepted: 2, queued: 1 }
    expect(summary.sentence(counters, 30_000)).toBe(
        "After 30 s: 3 readings taken, 2 accepted, 1 waiting. No problems.",
    )
    summary.hear(said("error", "uplink: nobody is there"))
    expect(summary.sentence({ ...counters, dropped: 4, thinned: 5 }, 3_600_000)).toBe(
        "After 1 h: 3 readings taken, 2 accepted, 1 waiting, 5 thinned out, 4 lost. " +
            "Problems were reported once; still open: uplink: nobody is there.",
    )
    summary.hear(said("info", "uplink: EmonCMS accepts readings again"))
    expect(summary.sentence(counters, 30_000)).toMatch(/Problems were reported once\.$/)
})

describe("the status line", () => {
    const clock = { now: 0, uncertaintyMs: 120 }
    const known = { clock, clockDoubted: false }

    test("begins with zeros, and mentions no clock before it is reported", () => {
        expect(new RunSummary().status(none(), 0)).toBe(
            "0 readings taken, 0 accepted, 0 waiting · nothing uploaded yet · no problems",
        )
    })

    test("shows readings, upload, clock and trouble in this order", () => {
        const summary = new RunSummary()
        summary.work(known)
        summary.hear(said("warn", "heatpump: no readings: no answer"))
        const counters = { ...none(), readings: 7, accepted: 4, queued: 3 }
        expect(summary.status(counters, 1000)).toBe(
            "7 readings taken, 4 accepted, 3 waiting · last upload 0 s ago · clock ±120 ms · " +
                "heatpump: no readings: no answer",
        )
    })

    test.each([
        [{ readings: 1, queued: 1 }, "1 reading taken, 0 accepted, 1 waiting · "],
        [{ readings: 9, accepted: 5, queued: 1, thinned: 2 }, "5 accepted, 1 waiting, 2 thinned out · "],
        [{ readings: 9, accepted: 5, queued: 1, dropped: 3 }, "5 accepted, 1 waiting, 3 lost · "],
    ])("counts the readings: %o", (counted, text) => {
        expect(new RunSummary().status({ ...none(), ...counted }, 0)).toContain(text)
    })

    test("shows the time since the last upload", () => {
        const summary = new RunSummary()
        const accepted = (count: number, at: number) =>
            summary.status({ ...none(), accepted: count }, at).split(" · ")[1]
        expect(accepted(0, 9000)).toBe("nothing uploaded yet")
        expect(accepted(3, 10_000)).toBe("last upload 0 s ago")
        expect(accepted(3, 39_000)).toBe("last upload 29 s ago")
        expect(accepted(3, 310_000)).toBe("last upload 5 min ago")
        expect(accepted(6, 311_000)).toBe("last upload 0 s ago")
    })

    test.each([
        [known, "clock ±120 ms"],
        [{ clock: undefined, clockDoubted: false }, "clock not set"],
        [{ clock, clockDoubted: true }, "clock in doubt"],
        [{ clock: undefined, clockDoubted: true }, "clock in doubt"],
        // An older program does not report doubt.
        [{ clock, clockDoubted: undefined }, "clock ±120 ms"],
    ])("shows how far the clock can be trusted: %o", (work, text) => {
        const summary = new RunSummary()
        summary.work(work)
        expect(summary.status(none(), 0).split(" · ")[2]).toBe(text)
    })

    test("doubts the clock no longer than the program does", () => {
        const summary = new RunSummary()
        for (const clockDoubted of [false, true, false]) {
            summary.work({ clock, clockDoubted })
            const text = clockDoubted ? "clock in doubt" : "clock ±120 ms"
            expect(summary.status(none(), 0)).toContain(` · ${text} · no problems`)
        }
    })

    test("shows the latest open trouble", () => {
        const summary = new RunSummary()
        const trouble = () => summary.status(none(), 0).split(" · ").at(-1)
        const uplink = "uplink: The device has no network. Check WIFI_SSID, WIFI_PWD and the reception."
        summary.hear(said("info", "heatpump: 230.0 V"))
        expect(trouble()).toBe("no problems")
        summary.hear(said("error", uplink))
        summary.hear(said("warn", "heatpump: no readings: no answer"))
        expect(trouble()).toBe("heatpump: no readings: no answer")
        summary.hear(said("info", "heatpump: answers again"))
        expect(trouble()).toBe(uplink)
        summary.hear(said("info", "uplink: EmonCMS accepts readings again"))
        expect(trouble()).toBe("no problems")
    })

    test.each([
        "recorder: failed (RangeError: out of range), starts again",
        "timekeeper: the server's clock was changed; following it",
        "heatpump: EmonCMS refuses a reading; it is not sent again: 230.0 V",
    ])("does not keep showing a problem that is over: %s", text => {
        const summary = new RunSummary()
        summary.hear(said("warn", text))
        expect(summary.status(none(), 0)).toMatch(/ · no problems$/)
        expect(summary.sentence(none(), 0)).toMatch(/Problems were reported once\.$/)
    })
})
