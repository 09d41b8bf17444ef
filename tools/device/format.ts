import type { LogEntry } from "./log-blocks"

const LEVELS = ["debug", "info", "notice", "warning", "error"] as const
const LEVEL_WIDTH = 7

/** A record as a line: `2026-11-22 16:02:11 warning uplink: ...`, or with the time since the chip started. */
export function entryLine({ level, seconds, wallTime, text }: LogEntry): string {
    const time = wallTime ? wallTimeText(seconds * 1000) : `start + ${durationText(seconds)}`
    return `${time.padEnd(19)} ${(LEVELS[level] ?? String(level)).padEnd(LEVEL_WIDTH)} ${text}`
}

/** `2026-11-22 16:02:11`, in the time zone of this computer. */
export function wallTimeText(ms: number): string {
    const date = new Date(ms)
    const two = (number: number) => String(number).padStart(2, "0")
    const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-")
    return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`
}

/** `45 s`, `12 min 5 s`, `3 h 20 min`, `12 d 3 h`. */
export function durationText(seconds: number): string {
    const units = [
        ["d", 86_400],
        ["h", 3600],
        ["min", 60],
        ["s", 1],
    ] as const
    const first = units.findIndex(([, size]) => seconds >= size)
    if (first < 0) return "0 s"
    const [name, size] = units[first]!
    const [nextName, nextSize] = units[first + 1] ?? ["", 1]
    const rest = Math.floor((seconds % size) / nextSize)
    const text = `${Math.floor(seconds / size)} ${name}`
    return nextName === "" || rest === 0 ? text : `${text} ${rest} ${nextName}`
}
