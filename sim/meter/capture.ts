/** A frame that was once on a real line. */
export interface RecordedFrame {
    /** Wall-clock time, as the file has it: `HH:MM:SS`, perhaps with a fraction; empty where the file has none. */
    readonly time: string
    readonly bytes: Uint8Array
    /** What it is, if not the answer to a request of its own: a request, or one more answer to the request before. */
    readonly role?: "request" | "more"
    /** Line in the file, from 1. */
    readonly line: number
}

/** A file of recorded frames has a line that cannot be read. */
export class CaptureSyntaxError extends Error {
    constructor(
        readonly file: string,
        readonly line: number,
        readonly problem: string,
        readonly cure: string,
    ) {
        super(`${file}:${line}: ${problem}; ${cure}`)
        this.name = "CaptureSyntaxError"
    }
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?$/
/** What stands between time and bytes, and what it makes of the frame. */
const ROLES: Readonly<Record<string, RecordedFrame["role"] | "answer">> = {
    ">": "request",
    "<": "answer",
    "+": "more",
}
const BYTE = /^[0-9a-f]{2}$/i
const EXAMPLE = "01 04 02 09 7C BE 81"

/**
 * Reads a file of recorded frames: a frame a line, first the time, then the bytes in hexadecimal with blanks between
 * them. Between the two may stand `>` for a request, `<` for an answer, and `+` for one more answer to the same request; a
 * line with such a sign needs no time. Behind a request all `<` are answers to it, also two of them or none. What follows a
 * `#` is a comment. Frames are taken as they are, with a wrong CRC too.
 *
 * @param file what errors call it
 * @throws CaptureSyntaxError
 */
export function parseCapture(text: string, file: string): RecordedFrame[] {
    const frames = text.split(/\r?\n/).flatMap((content, index) => {
        const words = content.replace(/#.*/, "").split(/\s+/).filter(Boolean)
        return words.length === 0 ? [] : [recordedFrame(words, index + 1, file)]
    })
    if (!frames.some(({ role }) => role !== "request")) {
        throw new CaptureSyntaxError(
            file,
            1,
            "no answer in the whole file",
            `add a line like "12:00:00 ${EXAMPLE}"`,
        )
    }
    return frames
}

function recordedFrame(words: string[], line: number, file: string): RecordedFrame {
    const time = words[0]! in ROLES ? "" : words.shift()!
    if (time !== "" && !TIME.test(time)) {
        const cure =
            "begin the line with the time of receipt, HH:MM:SS or HH:MM:SS.mmm, with > or <, or with # for a comment"
        throw new CaptureSyntaxError(file, line, `"${time}" is not a time of day`, cure)
    }
    const sign = words[0]! in ROLES ? ROLES[words.shift()!] : undefined
    const role = sign === "answer" ? undefined : sign
    const bytes = words
    const odd = bytes.find(byte => !BYTE.test(byte))
    if (odd !== undefined) {
        const cure = `write each byte as two hexadecimal digits, with blanks between, like ${EXAMPLE}`
        throw new CaptureSyntaxError(file, line, `"${odd}" is not a byte`, cure)
    }
    if (bytes.length < 2) {
        const cure = `write the whole frame, like ${EXAMPLE}`
        throw new CaptureSyntaxError(file, line, "no address and function code", cure)
    }
    return { time, bytes: Uint8Array.from(bytes, byte => Number.parseInt(byte, 16)), role, line }
}
