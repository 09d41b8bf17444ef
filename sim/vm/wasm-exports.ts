/** A WebAssembly module has no function of this name. */
export class NoSuchFunction extends Error {
    constructor(readonly functionName: string) {
        super(`The WebAssembly module has no function ${functionName}`)
        this.name = "NoSuchFunction"
    }
}

/** A WebAssembly function lacks the instructions that are to be changed. */
export class OtherCode extends Error {
    constructor(readonly functionName: string) {
        super(`The WebAssembly function ${functionName} differs from the expected one`)
        this.name = "OtherCode"
    }
}

const HEADER_BYTES = 8
const CUSTOM_SECTION = 0
const IMPORT_SECTION = 2
const EXPORT_SECTION = 7
const CODE_SECTION = 10
const FUNCTION_NAMES = 1
const FUNCTION_EXPORT = 0

/**
 * Exports functions of a module that its author did not export, by the names in its name section. Nothing else in the
 * module changes, so all indices stay as they are.
 *
 * @throws NoSuchFunction
 */
export function exportFunctions(module: Uint8Array, names: readonly string[]): Uint8Array {
    const sections = sectionsOf(module)
    const indices = functionNames(sections)
    const entries = names.map(name => {
        const index = indices.get(name)
        if (index === undefined) throw new NoSuchFunction(name)
        return Buffer.concat([text(name), Buffer.of(FUNCTION_EXPORT), number(index)])
    })
    const parts: Uint8Array[] = [module.subarray(0, HEADER_BYTES)]
    for (const { id, content } of sections) {
        const changed = id === EXPORT_SECTION ? withEntries(content, entries) : content
        parts.push(Buffer.of(id), number(changed.length), changed)
    }
    return Buffer.concat(parts)
}

/** Instructions to insert into a function. */
export interface CodeChange {
    /** Name of the function. */
    readonly name: string
    /** The instructions after which to insert, which the function must contain exactly once. */
    readonly behind: readonly number[]
    /** The instructions to insert, which leave the stack as it is. */
    readonly code: readonly number[]
}

/**
 * Inserts instructions into a function of a module.
 *
 * @throws NoSuchFunction
 * @throws OtherCode
 */
export function insertCode(module: Uint8Array, { name, behind, code }: CodeChange): Uint8Array {
    const sections = sectionsOf(module)
    const index = functionNames(sections).get(name)
    if (index === undefined) throw new NoSuchFunction(name)
    const parts: Uint8Array[] = [module.subarray(0, HEADER_BYTES)]
    for (const { id, content } of sections) {
        const changed =
            id === CODE_SECTION
                ? withCode(content, index - importedFunctions(sections), body => {
                      const bytes = Buffer.from(body)
                      const at = bytes.indexOf(Buffer.from(behind))
                      if (at < 0 || bytes.indexOf(Buffer.from(behind), at + 1) >= 0) throw new OtherCode(name)
                      const end = at + behind.length
                      return Buffer.concat([bytes.subarray(0, end), Buffer.from(code), bytes.subarray(end)])
                  })
                : content
        parts.push(Buffer.of(id), number(changed.length), changed)
    }
    return Buffer.concat(parts)
}

function withCode(code: Uint8Array, index: number, change: (body: Uint8Array) => Uint8Array): Uint8Array {
    const reader = new Reader(code)
    const count = reader.number()
    const parts: Uint8Array[] = [number(count)]
    for (let i = 0; i < count; i++) {
        const body = reader.bytes()
        const changed = i === index ? change(body) : body
        parts.push(number(changed.length), changed)
    }
    return Buffer.concat(parts)
}

/** The runtime imports only functions. */
function importedFunctions(sections: readonly Section[]): number {
    return new Reader(sections.find(({ id }) => id === IMPORT_SECTION)!.content).number()
}

interface Section {
    readonly id: number
    readonly content: Uint8Array
}

function sectionsOf(module: Uint8Array): Section[] {
    const reader = new Reader(module, HEADER_BYTES)
    const sections: Section[] = []
    while (!reader.atEnd) sections.push({ id: reader.byte(), content: reader.bytes() })
    return sections
}

function withEntries(exports: Uint8Array, entries: readonly Uint8Array[]): Uint8Array {
    const reader = new Reader(exports)
    const count = reader.number()
    return Buffer.concat([number(count + entries.length), reader.rest(), ...entries])
}

/** The indices of all functions in the custom section `name`. */
function functionNames(sections: readonly Section[]): Map<string, number> {
    const names = new Map<string, number>()
    for (const { id, content } of sections) {
        if (id !== CUSTOM_SECTION) continue
        const reader = new Reader(content)
        if (reader.text() !== "name") continue
        while (!reader.atEnd) {
            const kind = reader.byte()
            const table = new Reader(reader.bytes())
            if (kind !== FUNCTION_NAMES) continue
            for (let left = table.number(); left > 0; left--) {
                const index = table.number()
                names.set(table.text(), index)
            }
        }
    }
    return names
}

/** Reads the encodings of the WebAssembly binary format. */
class Reader {
    constructor(
        private readonly source: Uint8Array,
        private at = 0,
    ) {}

    get atEnd(): boolean {
        return this.at >= this.source.length
    }

    byte(): number {
        return this.source[this.at++]!
    }

    /** An unsigned LEB128. */
    number(): number {
        let value = 0
        for (let shift = 0; ; shift += 7) {
            const byte = this.byte()
            value |= (byte & 0x7f) << shift
            if (byte < 0x80) return value >>> 0
        }
    }

    /** Bytes preceded by their count. */
    bytes(): Uint8Array {
        const count = this.number()
        this.at += count
        return this.source.subarray(this.at - count, this.at)
    }

    text(): string {
        return Buffer.from(this.bytes()).toString()
    }

    rest(): Uint8Array {
        return this.source.subarray(this.at)
    }
}

function number(value: number): Uint8Array {
    const bytes: number[] = []
    for (let left = value; ; left >>>= 7) {
        if (left < 0x80) return Uint8Array.from([...bytes, left])
        bytes.push((left & 0x7f) | 0x80)
    }
}

function text(value: string): Uint8Array {
    const bytes = Buffer.from(value)
    return Buffer.concat([number(bytes.length), bytes])
}
