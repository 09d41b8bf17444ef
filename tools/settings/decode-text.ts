/** How to save a file so that all its readers understand it. */
const CURE = 'Save it as UTF-8 without a byte order mark (editors have this under "Save as", Encoding).'

/** A file in an encoding that not all its readers understand. */
export class TextEncodingError extends Error {
    /**
     * @param encoding what is wrong with the encoding
     * @param line of the first wrong byte, from 1
     */
    constructor(
        readonly encoding: string,
        readonly line: number,
    ) {
        super(`${encoding}. ${CURE}`)
        this.name = "TextEncodingError"
    }

    readonly cure = CURE
}

const UTF8_MARK = [0xef, 0xbb, 0xbf]

/**
 * Decodes a file that DeviceScript's tools read too.
 * @throws TextEncodingError
 */
export function decodeText(bytes: Uint8Array): string {
    const marks = encodingMark(bytes)
    if (marks) throw new TextEncodingError(`the file ${marks}`, 1)
    try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
    } catch {
        // A fatal decoder throws for no other reason.
        throw new TextEncodingError("this is not UTF-8", firstWrongLine(bytes))
    }
}

/**
 * Decodes a file that only this project's tools read: UTF-8 with or without a byte order mark, or UTF-16 with one.
 * @throws TextEncodingError
 */
export function decodeAnyText(bytes: Uint8Array): string {
    const [first, second] = bytes
    if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes)
    if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes)
    return decodeText(beginsWith(bytes, UTF8_MARK) ? bytes.subarray(UTF8_MARK.length) : bytes)
}

function encodingMark(bytes: Uint8Array): string | undefined {
    if (beginsWith(bytes, UTF8_MARK))
        return "begins with a byte order mark, which would become part of its first name"
    if (beginsWith(bytes, [0xff, 0xfe]) || beginsWith(bytes, [0xfe, 0xff]) || bytes.includes(0))
        return "is UTF-16 or not text"
    return undefined
}

function beginsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
    return mark.every((byte, i) => bytes[i] === byte)
}

/** @param bytes are not UTF-8, so they differ from what a decoder that replaces the wrong ones makes of them */
function firstWrongLine(bytes: Uint8Array): number {
    const replaced = Buffer.from(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes))
    let line = 1
    for (let i = 0; bytes[i] === replaced[i]; i++) if (bytes[i] === 0x0a) line++
    return line
}
