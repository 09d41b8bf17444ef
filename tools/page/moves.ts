import type { LogLine, Move } from "./messages"

const INFO = 1
const NOTICE = 2
const WARNING = 3

/** The supervisor's message about an actor that has failed. */
const FAULT = /^failed \(/

/** Whether the uplink says here why EmonCMS accepts nothing. */
export function isUploadTrouble({ source, level, text }: LogLine): boolean {
    return source === "uplink" && level >= WARNING && !FAULT.test(text)
}

/** Why EmonCMS accepts nothing, as of this line of the log; `undefined` while it does. */
export function troubleAfter(line: LogLine, before: string | undefined): string | undefined {
    if (isUploadTrouble(line)) return line.text
    const { source, level } = line
    const isOver = (source === "uplink" && (level === INFO || level === NOTICE)) || isStart(line)
    return isOver ? undefined : before
}

/** Whether the program has just started, and has not tried to upload yet. */
function isStart({ source, text }: LogLine): boolean {
    return source === "program" && text.startsWith("started,")
}

/** What one part of the program has passed to another when it logs this line. */
export function moveOf(line: LogLine, meters: readonly string[]): Move[] {
    const { source, level, text } = line
    const moves: Move[] = []
    if (meters.includes(source)) moves.push(level === INFO ? "reading" : "trouble")
    if (isUploadTrouble(line)) moves.push("failure")
    else if (source === "uplink" && level < WARNING) moves.push("accepted")
    if (source === "timekeeper") moves.push("clock")
    // The logbook keeps records from this level on, unless its owner has set another one.
    if (level >= NOTICE && text !== "") moves.push("record")
    return moves
}
