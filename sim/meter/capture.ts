/** A frame that was once on a real line. */
export interface RecordedFrame {
    /** Wall-clock time of receipt, as the file has it: `HH:MM:SS`. */
    readonly time: string
    readonly bytes: Uint8Array
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
const BYTE = /^[0-9a-f]{2}$/i
const EXAMPLE = "01 04 02 09 7C BE 81"

/**
 * Reads a file of recorded frames: a frame a line, first the time of receipt, then the bytes in hexadecimal with
 * blanks between them. What follows a `#` is a comment. Frames are taken as they are, with a wrong CRC too.
 *
 * @param file what errors call it
 * @throws CaptureSyntaxError
 */
export function parseCapture(text: string, file: string): RecordedFrame[] {
    const frames = text.split(/\r?\n/).flatMap((content, index) => {
        const [time, ...bytes] = content.replace(/#.*/, "").split(/\s+/).filter(Boolean)
        return time === undefined ? [] : [recordedFrame(time, bytes, index + 1, file)]
    })
    if (frames.length === 0) {
        throw new CaptureSyntaxError(
            file,
            1,
            "no frame in the whole file",
            `add a line like "12:00:00 ${EXAMPLE}"`,
        )
    }
    return frames
}

function recordedFrame(time: string, bytes: string[], line: number, file: string): RecordedFrame {
    if (!TIME.test(time)) {
        const cure = "begin the line with the time of receipt, HH:MM:SS, or with # for a comment"
        throw new CaptureSyntaxError(file, line, `"${time}" is not a time of day`, cure)
    }
    const odd = bytes.find(byte => !BYTE.test(byte))
    if (odd !== undefined) {
        const cure = `write each byte as two hexadecimal digits, with blanks between, like ${EXAMPLE}`
        throw new CaptureSyntaxError(file, line, `"${odd}" is not a byte`, cure)
    }
    if (bytes.length < 2) {
        const cure = `write the whole frame after the time, like ${EXAMPLE}`
        throw new CaptureSyntaxError(file, line, "no address and function code", cure)
    }
    return { time, bytes: Uint8Array.from(bytes, byte => Number.parseInt(byte, 16)), line }
}
