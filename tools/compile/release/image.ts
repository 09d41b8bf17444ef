/** The sections of an image, in order. */
export const SECTIONS = [
    "functions",
    "code",
    "floats",
    "roles",
    "ascii strings",
    "utf8 strings",
    "buffers",
    "string data",
    "service specifications",
    "device configuration",
] as const

export type SectionName = (typeof SECTIONS)[number]

export const MAGIC = [0x53766544, 0xf1296e0a] as const
export const FIX_HEADER_BYTES = 32
export const HEADER_BYTES = FIX_HEADER_BYTES + SECTIONS.length * 8
export const FUNCTION_BYTES = 16
/** The program counter has 16 bits: header, function table and code must end below this. */
export const CODE_LIMIT = 0x10000
/** An image's length is a multiple of this. */
export const IMAGE_ALIGNMENT = 32

/** Kinds of strings and buffers, as encoded in the upper two bits of a reference. */
export const StringKind = { buffer: 0, builtin: 1, ascii: 2, utf8: 3 } as const

const KIND_SHIFT = 14

/** A reference to a string or buffer: 16 bits, of which the upper two select the table. */
export function stringReference(kind: number, index: number): number {
    return (kind << KIND_SHIFT) | index
}

export function kindOf(reference: number): number {
    return reference >> KIND_SHIFT
}

export function indexOf(reference: number): number {
    return reference & ((1 << KIND_SHIFT) - 1)
}

/** A program for the runtime, split into its parts. */
export interface Image {
    /** The fixed header: magic, version, counts. */
    readonly header: Uint8Array
    readonly functions: readonly ImageFunction[]
    /** Eight bytes each. */
    readonly floats: Uint8Array
    /** Texts in UTF-8, without the terminating zero. */
    readonly asciiStrings: readonly Uint8Array[]
    readonly utf8Strings: readonly Uint8Array[]
    readonly buffers: readonly Uint8Array[]
    readonly specifications: Uint8Array
    readonly configuration: Uint8Array
}

export interface ImageFunction {
    /** Offset of its code, in bytes from the beginning of the image that it was read from. */
    readonly start: number
    readonly code: Uint8Array
    readonly slots: number
    readonly args: number
    readonly flags: number
    /** Reference to its name; see {@link stringReference}. */
    readonly name: number
    readonly tryFrames: number
}

/** Number of globals, from the fixed header. */
export function globalsOf({ header }: Pick<Image, "header">): number {
    return view(header).getUint16(12, true)
}

export function specificationsOf({ header }: Pick<Image, "header">): number {
    return view(header).getUint16(14, true)
}

export function view(bytes: Uint8Array): DataView {
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
