import { type DebugInfo, FUNCTION_HEADER, type FunctionInfo } from "./debug-info"
import { instructionsOf, sourceFinder } from "./source-map"

/** Sizes of a program's functions in bytes, by the location of their source. */
export interface RoomSizes {
    /** By folder of `src/`. Files directly in `src/` have their own entries. Tests count as `test`. */
    readonly rooms: Readonly<Record<string, number>>
    /** By package, for example `@devicescript/core`. */
    readonly libraries: Readonly<Record<string, number>>
    /** Sum of the two; the platform's limit is 64 KB. */
    readonly total: number
}

/**
 * Counts bytecode instruction by instruction, because the start-up function contains code from every module.
 * @see {@link DebugInfo.srcmap}
 */
export function roomSizes(debugInfo: DebugInfo): RoomSizes {
    const rooms: Record<string, number> = {}
    const libraries: Record<string, number> = {}
    let total = 0
    const sourceAt = sourceFinder(debugInfo)
    const count = (position: number, bytes: number) => {
        const { table, name } = placeOf(sourceAt(position).source.path)
        const sums = table === "rooms" ? rooms : libraries
        sums[name] = (sums[name] ?? 0) + bytes
        total += bytes
    }
    const instructions = instructionsOf(debugInfo)
    for (const fn of debugInfo.functions) {
        count(fn.location[0], FUNCTION_HEADER)
        const own = instructions.filter(i => i.offset >= fn.startpc && i.offset < endOf(fn))
        if (own[0]?.offset !== fn.startpc) count(fn.location[0], (own[0]?.offset ?? endOf(fn)) - fn.startpc)
        own.forEach(({ position, offset }, i) => {
            count(position, (own[i + 1]?.offset ?? endOf(fn)) - offset)
        })
    }
    return { rooms, libraries, total }
}

function endOf(fn: FunctionInfo): number {
    return fn.startpc + fn.size - FUNCTION_HEADER
}

function placeOf(path: string): { table: "rooms" | "libraries"; name: string } {
    const parts = path.split("/")
    const packages = parts.lastIndexOf("node_modules")
    if (packages >= 0) return { table: "libraries", name: parts.slice(packages + 1, packages + 3).join("/") }
    if (parts[0] !== "src") return { table: "rooms", name: parts[0]! }
    return { table: "rooms", name: parts[1]!.replace(/\.tsx?$/, "") }
}
