import type { LogLine, Move } from "./messages"

const INFO = 1
const NOTICE = 2
const WARNING = 3

/** The supervisor's words for a part that is at fault itself. */
const FAULT = /^failed \(/

/** The uplink says why EmonCMS takes nothing. */
export function isUploadTrouble({ source, level, text }: LogLine): boolean {
    return source === "uplink" && level >= WARNING && !FAULT.test(text)
}

/** Why EmonCMS takes nothing, after a further line of the log; `undefined` while it does. */
export function troubleAfter(line: LogLine, before: string | undefined): string | undefined {
    if (isUploadTrouble(line)) return line.text
    const { source, level } = line
    const isOver = (source === "uplink" && (level === INFO || level === NOTICE)) || isStart(line)
    return isOver ? undefined : before
}

/** A program that has just started has not tried yet. */
function isStart({ source, text }: LogLine): boolean {
    return source === "program" && text.startsWith("started,")
}

/** What went from one part of the program to another when it told a line of its log. */
export function moveOf(line: LogLine, meters: readonly string[]): Move[] {
    const { source, level, text } = line
    const moves: Move[] = []
    if (meters.includes(source)) moves.push(level === INFO ? "reading" : "trouble")
    if (isUploadTrouble(line)) moves.push("failure")
    else if (source === "uplink" && level < WARNING) moves.push("accepted")
    if (source === "timekeeper") moves.push("clock")
    // The logbook keeps these, unless the owner wants it otherwise.
    if (level >= NOTICE && text !== "") moves.push("record")
    return moves
}
