import { createHash } from "node:crypto"
import type { CompilerOutput } from "../compiler"
import type { DebugInfo } from "../debug-info"
import { type Assembled, assemble, disassemble, type Pass } from "./assembly"
import { movedDebugInfo } from "./debug-map"
import { callMethodsDirectly } from "./direct-calls"
import { forwardValues } from "./forward-values"
import { inlineCalls } from "./inline-calls"
import { linkPrototypesLate } from "./late-prototypes"
import { numberFunctionsByUse, numberStringsByUse } from "./numbering"
import { makePlainObjects } from "./plain-objects"
import { restoreNames } from "./restore-names"
import { shareSlots } from "./share-slots"

/** The passes in order. Short jumps need no pass: {@link assemble} makes them. */
export const PASSES: readonly Pass[] = [
    callMethodsDirectly,
    makePlainObjects,
    linkPrototypesLate,
    inlineCalls,
    forwardValues,
    shareSlots,
    restoreNames,
    numberFunctionsByUse,
    numberStringsByUse,
]

/**
 * Runs all passes over a program, so that it does the same in less space.
 * @throws BadImageError when the program cannot be decoded
 */
export function encodeRelease({ bytecode, debugInfo: json }: CompilerOutput): CompilerOutput {
    const assembled = assemble(PASSES.reduce((assembly, pass) => pass(assembly), disassemble(bytecode)))
    const debugInfo = debugInfoOf(assembled, JSON.parse(json))
    return { bytecode: assembled.bytecode, debugInfo: JSON.stringify(debugInfo) }
}

/** The parts of the debug information in which the DeviceScript tools find the image itself. */
interface ImageInfo extends DebugInfo {
    readonly binary: { readonly hex: string }
    readonly binarySHA256?: string
    readonly sizes: Readonly<Record<string, number>>
}

function debugInfoOf({ bytecode, functions }: Assembled, compiled: ImageInfo): ImageInfo {
    const moved = movedDebugInfo(compiled, functions)
    const code = moved.functions.reduce((sum, fn) => sum + fn.size, 0)
    const { strings: _, ...others } = compiled.sizes
    const rest = Object.values(others).reduce((sum, size) => sum + size, 0)
    return {
        ...moved,
        sizes: { ...compiled.sizes, strings: bytecode.length - code - rest },
        binary: { hex: Buffer.from(bytecode).toString("hex") },
        binarySHA256: createHash("sha256").update(bytecode).digest("hex"),
    }
}
