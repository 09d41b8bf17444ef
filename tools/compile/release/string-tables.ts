import type { Assembly } from "./assembly"
import { FIX_HEADER_BYTES, indexOf, kindOf, SECTIONS, type SectionName, StringKind, view } from "./image"
import { LAST_BUILTIN_STRING } from "./opcodes"

/** The runtime's verifier rejects ASCII texts of this many bytes or more. */
const ASCII_LIMIT = 200

/** Describes what is wrong with a reference to a text; `undefined` if nothing is. */
export function stringDefect(assembly: Assembly, reference: number): string | undefined {
    const counts: Readonly<Record<number, number>> = {
        [StringKind.buffer]: assembly.buffers.length,
        [StringKind.builtin]: LAST_BUILTIN_STRING + 1,
        [StringKind.ascii]: assembly.asciiStrings.length,
        [StringKind.utf8]: assembly.utf8Strings.length,
    }
    const count = counts[kindOf(reference)]!
    const index = indexOf(reference)
    return index < count ? undefined : `text ${index} of ${count}`
}

/** Describes what is wrong with the tables of texts; `undefined` if nothing is. {@link readImage} has checked their bounds. */
export function tableDefect(bytes: Uint8Array): string | undefined {
    const section = (name: SectionName) => {
        const at = FIX_HEADER_BYTES + SECTIONS.indexOf(name) * 8
        const start = view(bytes).getUint32(at, true)
        return bytes.subarray(start, start + view(bytes).getUint32(at + 4, true))
    }
    const texts = section("string data")
    const ascii = view(section("ascii strings"))
    for (let at = 0; at < ascii.byteLength; at += 2) {
        const start = ascii.getUint16(at, true)
        const length = texts.indexOf(0, start) - start
        if (length >= ASCII_LIMIT) return `ASCII text ${at / 2} has ${length} bytes`
    }
    const utf8 = view(section("utf8 strings"))
    for (let at = 0; at < utf8.byteLength; at += 4) {
        const start = utf8.getUint32(at, true)
        if (start % 2 !== 0) return `UTF-8 text ${at / 4} begins at ${start}`
        const defect = utf8Defect(view(texts), start)
        if (defect) return `UTF-8 text ${at / 4}: ${defect}`
    }
    return undefined
}

/** A text begins with its number of bytes, its number of code points, and a mark for every sixteenth code point. */
function utf8Defect(texts: DataView, start: number): string | undefined {
    const size = texts.getUint16(start, true)
    const points = texts.getUint16(start + 2, true)
    const begin = start + 4 + (points >> 4) * 2
    let seen = 0
    for (let i = 0; i <= size; i++) {
        const inside = i < size && (texts.getUint8(begin + i) & 0xc0) === 0x80
        if (inside) continue
        if (seen > 0 && seen % 16 === 0 && texts.getUint16(start + 4 + (seen / 16 - 1) * 2, true) !== i)
            return `mark ${seen / 16} is wrong`
        if (i < size) seen++
    }
    if (seen !== points) return `${points} code points, not ${seen}`
    if (texts.getUint8(begin + size) !== 0) return "no zero at its end"
    return undefined
}
