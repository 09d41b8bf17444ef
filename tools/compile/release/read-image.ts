import { BadImageError } from "./bad-image"
import {
    FIX_HEADER_BYTES,
    FUNCTION_BYTES,
    HEADER_BYTES,
    type Image,
    type ImageFunction,
    MAGIC,
    SECTIONS,
    type SectionName,
    view,
} from "./image"

interface Section {
    readonly start: number
    readonly length: number
}

/**
 * Parses an image.
 * @throws BadImageError when its tables are inconsistent
 */
export function readImage(bytes: Uint8Array): Image {
    if (bytes.length < HEADER_BYTES) throw new BadImageError("header", 0, "too short")
    const data = view(bytes)
    if (data.getUint32(0, true) !== MAGIC[0] || data.getUint32(4, true) !== MAGIC[1])
        throw new BadImageError("header", 0, "not a DeviceScript program")
    const sections = readSections(bytes)
    const section = (name: SectionName) => bytesOf(bytes, sections[name])
    const stringData = section("string data")
    if (stringData.at(-1) !== 0)
        throw new BadImageError("string table", sections["string data"].start, "no zero at the end")
    return {
        header: bytes.slice(0, FIX_HEADER_BYTES),
        functions: readFunctions(bytes, sections),
        floats: section("floats"),
        asciiStrings: readAscii(section("ascii strings"), stringData),
        utf8Strings: readUtf8(section("utf8 strings"), stringData),
        buffers: readBuffers(section("buffers"), stringData),
        specifications: section("service specifications"),
        configuration: section("device configuration"),
    }
}

function readSections(bytes: Uint8Array): Record<SectionName, Section> {
    const data = view(bytes)
    const sections = {} as Record<SectionName, Section>
    let end = HEADER_BYTES
    SECTIONS.forEach((name, i) => {
        const at = FIX_HEADER_BYTES + i * 8
        const start = data.getUint32(at, true)
        const length = data.getUint32(at + 4, true)
        if (start !== end) throw new BadImageError("section", at, `${name} begin at ${start}, not at ${end}`)
        if (length % 4 !== 0) throw new BadImageError("section", at, `${name} have ${length} bytes`)
        end = start + length
        if (end > bytes.length) throw new BadImageError("section", at, `${name} end at ${end}`)
        sections[name] = { start, length }
    })
    return sections
}

function bytesOf(bytes: Uint8Array, { start, length }: Section): Uint8Array {
    return bytes.slice(start, start + length)
}

function readFunctions(bytes: Uint8Array, sections: Record<SectionName, Section>): ImageFunction[] {
    const data = view(bytes)
    const { start, length } = sections.functions
    const functions: ImageFunction[] = []
    let next = sections.code.start
    for (let at = start; at < start + length; at += FUNCTION_BYTES) {
        const begin = data.getUint32(at, true)
        const size = data.getUint32(at + 4, true)
        if (begin !== next || size % 4 !== 0)
            throw new BadImageError("function table", at, `code at ${begin}, ${size} bytes`)
        next = begin + size
        if (next > sections.code.start + sections.code.length)
            throw new BadImageError("function table", at, `code ends at ${next}`)
        functions.push({
            start: begin,
            code: bytes.slice(begin, next),
            slots: data.getUint16(at + 8, true),
            args: bytes[at + 10]!,
            flags: bytes[at + 11]!,
            name: data.getUint16(at + 12, true),
            tryFrames: bytes[at + 14]!,
        })
    }
    return functions
}

function readAscii(table: Uint8Array, stringData: Uint8Array): Uint8Array[] {
    const offsets = view(table)
    const texts: Uint8Array[] = []
    for (let at = 0; at < table.length; at += 2) {
        const start = offsets.getUint16(at, true)
        const end = stringData.indexOf(0, start)
        if (end < 0) throw new BadImageError("string table", start, "text without end")
        texts.push(stringData.slice(start, end))
    }
    return texts
}

function readUtf8(table: Uint8Array, stringData: Uint8Array): Uint8Array[] {
    const offsets = view(table)
    const data = view(stringData)
    const texts: Uint8Array[] = []
    for (let at = 0; at < table.length; at += 4) {
        const start = offsets.getUint32(at, true)
        if (start + 4 > stringData.length) throw new BadImageError("string table", start, "text outside")
        const size = data.getUint16(start, true)
        const marks = data.getUint16(start + 2, true) >> 4
        const begin = start + 4 + marks * 2
        if (begin + size >= stringData.length) throw new BadImageError("string table", start, "text outside")
        texts.push(stringData.slice(begin, begin + size))
    }
    return texts
}

function readBuffers(table: Uint8Array, stringData: Uint8Array): Uint8Array[] {
    const data = view(table)
    const buffers: Uint8Array[] = []
    for (let at = 0; at < table.length; at += 8) {
        const start = data.getUint32(at, true)
        const length = data.getUint32(at + 4, true)
        if (start + length >= stringData.length)
            throw new BadImageError("string table", start, "buffer outside")
        buffers.push(stringData.slice(start, start + length))
    }
    return buffers
}
