import type { LogLine, Move } from "./messages"

const INFO = 1
const NOTICE = 2
const WARNING = 3

/** What went from one part of the program to another when it told a line of its log. */
export function moveOf({ source, level, text }: LogLine, meters: readonly string[]): Move[] {
    const moves: Move[] = []
    if (meters.includes(source)) moves.push(level === INFO ? "reading" : "trouble")
    if (source === "uplink") moves.push(level >= WARNING ? "failure" : "accepted")
    if (source === "timekeeper") moves.push("clock")
    // The logbook keeps these, unless the owner wants it otherwise.
    if (level >= NOTICE && text !== "") moves.push("record")
    return moves
}
