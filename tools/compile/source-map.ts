import type { DebugInfo, SourceInfo } from "./debug-info"

/** Bytecode offset and source position of an instruction. */
export interface Instruction {
    /** Source position; see {@link DebugInfo.sources}. */
    position: number
    /** Offset in the bytecode. */
    offset: number
}

/** Decodes the source map. An entry covers everything up to the next one. */
export function instructionsOf({ srcmap }: DebugInfo): Instruction[] {
    const instructions: Instruction[] = []
    let position = 0
    let offset = 0
    for (let i = 0; i < srcmap.length; i += 3) {
        position += srcmap[i]!
        offset += srcmap[i + 2]!
        instructions.push({ position, offset })
    }
    return instructions
}

/** Returns a function that maps a source position to its file and the position within that file. */
export function sourceFinder({
    sources,
}: DebugInfo): (position: number) => { source: SourceInfo; within: number } {
    let begin = 0
    const begins = sources.map(source => {
        const found = { source, begin }
        begin += source.length
        return found
    })
    return position => {
        const { source, begin } = begins.findLast(it => position >= it.begin)!
        return { source, within: position - begin }
    }
}
