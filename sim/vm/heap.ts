/** Header of the block that ends the garbage-collected heap: pinned, all tag bits set, one word long. */
const FINAL = 0x4f000001
const FREE = 0x01
const TAG_SHIFT = 24
const SIZE_MASK = 0xffffff

/** The runtime's garbage-collected heap is 64 KB less the allocator's own words. */
const MIN_HEAP = 60_000
const MAX_HEAP = 66_000

/** Use of a program's heap at one moment, in bytes. Garbage that is not collected yet counts as used. */
export interface HeapUse {
    used: number
    size: number
    /** Sizes of the pieces that are available without a collection. */
    free: number[]
}

/**
 * Reads the garbage-collected heap in the runtime's memory. The runtime has no call for it; the layout is that of
 * `runtime/devicescript/gc_alloc.c`: a chunk of `{next, end}` and blocks whose first word is `tag << 24 | words`.
 *
 * @returns `undefined` when no program is loaded
 */
export function readHeap(memory: Uint32Array): HeapUse | undefined {
    const chunk = findChunk(memory)
    if (chunk === undefined) return undefined
    const end = memory[chunk + 1]! >> 2
    const use: HeapUse = { used: 0, size: (end - chunk) * 4, free: [] }
    for (let block = chunk + 2; block < end; ) {
        const words = memory[block]! & SIZE_MASK
        if (words === 0) return undefined
        const bytes = words * 4
        if (memory[block]! >>> TAG_SHIFT === FREE) use.free.push(bytes)
        else use.used += bytes
        block += words
    }
    return use
}

/** Index of the heap's chunk: its first word, the successor, is 0, and its second word points to its end. */
function findChunk(memory: Uint32Array): number | undefined {
    for (let i = 0; i + 1 < memory.length; i++) {
        if (memory[i] !== 0) continue
        const end = memory[i + 1]!
        const size = end - i * 4
        if (size > MIN_HEAP && size < MAX_HEAP && (end & 3) === 0 && memory[end >> 2] === FINAL) return i
    }
    return undefined
}
