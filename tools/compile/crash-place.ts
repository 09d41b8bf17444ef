import type { DebugInfo } from "./debug-info"
import { instructionsOf, sourceFinder } from "./source-map"

/** A place in the program's log: the bytecode offsets just after the innermost calls. */
const PLACE = /(?<= )@\d+(<\d+)*\b/g

/**
 * Replaces the bytecode offsets in a log text with source lines: `RangeError: too long @1303<2821` becomes
 * `RangeError: too long (src/kernel/topic.ts:41 < src/main.ts:90)`.
 * @param debugInfo debug information of the exact program that wrote the log
 */
export function withSourceLines(text: string, debugInfo: DebugInfo): string {
    if (!text.includes("@")) return text
    const instructions = instructionsOf(debugInfo)
    const sourceAt = sourceFinder(debugInfo)
    const line = (position: number) => {
        const { source, within } = sourceAt(position)
        return `${source.path}:${source.text.slice(0, within).split("\n").length}`
    }
    const lines = (offset: number) => {
        const call = instructions.findLast(instruction => instruction.offset < offset)
        if (!call) return [`${offset}`]
        const inlined = debugInfo.inlined?.find(({ begin, end }) => begin < offset && offset <= end)
        return [call.position, ...(inlined?.calls ?? [])].map(line)
    }
    return text.replace(
        PLACE,
        place => `(${place.slice(1).split("<").map(Number).flatMap(lines).join(" < ")})`,
    )
}
