import {
    FUNCTION_BYTES,
    HEADER_BYTES,
    IMAGE_ALIGNMENT,
    type Image,
    type ImageFunction,
    SECTIONS,
    type SectionName,
    view,
} from "./image"

/** Serializes an image; the functions' code follows the order of the function table. */
export function writeImage(image: Image): Uint8Array {
    const strings = writeStrings(image)
    const codeStart = HEADER_BYTES + image.functions.length * FUNCTION_BYTES
    const sections: Record<SectionName, Uint8Array> = {
        functions: functionTable(image.functions, codeStart),
        code: concat(image.functions.map(fn => fn.code)),
        floats: image.floats,
        roles: new Uint8Array(),
        "ascii strings": strings.ascii,
        "utf8 strings": strings.utf8,
        buffers: strings.buffers,
        "string data": strings.data,
        "service specifications": image.specifications,
        "device configuration": image.configuration,
    }
    const table = new Uint8Array(SECTIONS.length * 8)
    let start = HEADER_BYTES
    SECTIONS.forEach((name, i) => {
        view(table).setUint32(i * 8, start, true)
        view(table).setUint32(i * 8 + 4, sections[name].length, true)
        start += sections[name].length
    })
    const parts = [image.header, table, ...SECTIONS.map(name => sections[name])]
    return padded(concat(parts), IMAGE_ALIGNMENT)
}

function functionTable(functions: readonly ImageFunction[], codeStart: number): Uint8Array {
    const table = new Uint8Array(functions.length * FUNCTION_BYTES)
    const data = view(table)
    let start = codeStart
    functions.forEach((fn, i) => {
        const at = i * FUNCTION_BYTES
        data.setUint32(at, start, true)
        data.setUint32(at + 4, fn.code.length, true)
        data.setUint16(at + 8, fn.slots, true)
        table[at + 10] = fn.args
        table[at + 11] = fn.flags
        data.setUint16(at + 12, fn.name, true)
        table[at + 14] = fn.tryFrames
        start += fn.code.length
    })
    return table
}

function writeStrings(image: Image) {
    const data: Uint8Array[] = []
    let size = 0
    const append = (bytes: Uint8Array) => {
        const start = size
        data.push(bytes)
        size += bytes.length
        return start
    }
    const align = () => append(new Uint8Array(-size & 3))
    const ascii = new Uint8Array(image.asciiStrings.length * 2)
    image.asciiStrings.forEach((text, i) => {
        view(ascii).setUint16(i * 2, append(concat([text, new Uint8Array(1)])), true)
    })
    const utf8 = new Uint8Array(image.utf8Strings.length * 4)
    image.utf8Strings.forEach((text, i) => {
        align()
        view(utf8).setUint32(i * 4, append(concat([utf8Head(text), text, new Uint8Array(1)])), true)
    })
    const buffers = new Uint8Array(image.buffers.length * 8)
    image.buffers.forEach((bytes, i) => {
        align()
        view(buffers).setUint32(i * 8, append(bytes), true)
        view(buffers).setUint32(i * 8 + 4, bytes.length, true)
    })
    append(new Uint8Array(1))
    return { ascii: padded(ascii, 4), utf8, buffers, data: padded(concat(data), 4) }
}

/** Code points from one mark of a text to the next. */
const MARK_DISTANCE = 16

/** Head of a UTF-8 text: its number of bytes, its number of code points, and the offset of every sixteenth code point. */
function utf8Head(text: Uint8Array): Uint8Array {
    const starts: number[] = []
    text.forEach((byte, i) => {
        if ((byte & 0xc0) !== 0x80) starts.push(i)
    })
    const marks = Array.from({ length: Math.floor(starts.length / MARK_DISTANCE) }, (_, i) => {
        return starts[(i + 1) * MARK_DISTANCE] ?? text.length
    })
    const words = [text.length, starts.length, ...marks]
    const head = new Uint8Array(words.length * 2)
    for (const [i, word] of words.entries()) view(head).setUint16(i * 2, word, true)
    return head
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of parts) {
        all.set(part, at)
        at += part.length
    }
    return all
}

function padded(bytes: Uint8Array, alignment: number): Uint8Array {
    const all = new Uint8Array(Math.ceil(bytes.length / alignment) * alignment)
    all.set(bytes)
    return all
}
