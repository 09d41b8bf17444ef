import type { Image, ImageFunction } from "./image"
import { decode, encode, type Instruction } from "./instructions"
import { readImage } from "./read-image"
import { writeImage } from "./write-image"

/** An image whose functions are decoded into instructions: the form that the passes work on. */
export interface Assembly extends Omit<Image, "functions"> {
    readonly functions: readonly AssemblyFunction[]
}

export interface AssemblyFunction extends Omit<ImageFunction, "code"> {
    readonly instructions: readonly Instruction[]
    /** Its index in the image that it was read from. */
    readonly index: number
    /** Length of its code in the image that it was read from, in bytes. */
    readonly length: number
}

/** Rewrites an assembly without changing its behavior. */
export type Pass = (assembly: Assembly) => Assembly

/** @throws BadImageError */
export function disassemble(bytes: Uint8Array): Assembly {
    const image = readImage(bytes)
    const functions = image.functions.map((fn, index) => {
        const { code, ...rest } = fn
        return { ...rest, index, length: code.length, instructions: decode(fn) }
    })
    return { ...image, functions }
}

/** An assembled image, and where its functions and instructions went. */
export interface Assembled {
    readonly bytecode: Uint8Array
    readonly functions: readonly PlacedFunction[]
}

export interface PlacedFunction {
    /** Its index in the image that it was read from. */
    readonly index: number
    readonly start: number
    /** Length of its code in bytes. */
    readonly length: number
    /** In the order of the new image. */
    readonly moves: readonly Move[]
}

/** Offsets of an instruction in the old image and in the new one. */
export interface Move extends Pick<Instruction, "from" | "calls"> {
    readonly to: number
}

/** Encodes every number, including jump distances, in its shortest form. */
export function assemble(assembly: Assembly): Assembled {
    const encoded = assembly.functions.map(fn => encode(fn.instructions))
    const bytecode = writeImage({
        ...assembly,
        functions: assembly.functions.map((fn, i) => ({ ...fn, code: encoded[i]!.code })),
    })
    const placed = readImage(bytecode).functions
    const functions = assembly.functions.map((fn, i) => {
        const { start } = placed[i]!
        const { code, offsets } = encoded[i]!
        const moves = fn.instructions.map(({ from, calls }, n) => ({ from, calls, to: start + offsets[n]! }))
        return { index: fn.index, start, length: code.length, moves }
    })
    return { bytecode, functions }
}
