/** A frame recorded on a real line. */
export interface RecordedFrame {
    /** Wall-clock time as in the file: `HH:MM:SS`, perhaps with a fraction; empty if the file has none. */
    readonly time: string
    readonly bytes: Uint8Array
    /** A request, or one more answer to the previous request; left out for an ordinary answer. */
    readonly role?: "request" | "more"
    /** Line in the file, from 1. */
    readonly line: number
}

/** A line in a file of recorded frames cannot be read. */
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
/** The signs between time and bytes, and the roles that they give a frame. */
const ROLES: Readonly<Record<string, RecordedFrame["role"] | "answer">> = {
    ">": "request",
    "<": "answer",
    "+": "more",
}
const BYTE = /^[0-9a-f]{2}$/i
const EXAMPLE = "01 04 02 09 7C BE 81"

/**
 * Parses a file of recorded frames: one frame per line, first the time, then the bytes in hexadecimal, separated by blanks.
 * Between time and bytes there can be a sign: `>` for a request, `<` for an answer, and `+` for one more answer to the same
 * request. A line with a sign needs no time. After a request, every `<` is an answer to it, even if there are two or none.
 * A `#` begins a comment. Frames are not checked, so a wrong CRC is accepted.
 *
 * @param file name of the file in error messages
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
            "the file contains no answer",
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
        const cure = `write each byte as two hexadecimal digits, separated by spaces, like ${EXAMPLE}`
        throw new CaptureSyntaxError(file, line, `"${odd}" is not a byte`, cure)
    }
    if (bytes.length < 2) {
        const cure = `write the whole frame, like ${EXAMPLE}`
        throw new CaptureSyntaxError(file, line, "no address and function code", cure)
    }
    return { time, bytes: Uint8Array.from(bytes, byte => Number.parseInt(byte, 16)), role, line }
}
