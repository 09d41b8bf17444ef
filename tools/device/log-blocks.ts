/** The format of `src/actors/logbook/log-blocks.ts`. */
const VERSION = 1
const HEADER_BYTES = 6
const PREFIX_BYTES = 6
const WALL_TIME = 0x80

/** A record of the log. */
export interface LogEntry {
    /** 0 debug to 4 error. */
    readonly level: number
    /** Seconds since the Unix epoch, or since the chip started. */
    readonly seconds: number
    /** Whether `seconds` counts from the Unix epoch. */
    readonly wallTime: boolean
    /** `source: text`. */
    readonly text: string
}

/** The log that a device keeps. */
export interface StoredLog {
    /** The log before the current one. */
    readonly last: readonly LogEntry[]
    readonly current: readonly LogEntry[]
}

interface Block {
    readonly number: number
    readonly perLog: number
    readonly entries: readonly LogEntry[]
}

/**
 * Assembles the log from its blocks.
 * @param slots values of the settings that hold it, in any order; empty and foreign ones are ignored
 * @param unsaved the block that is being filled in RAM; replaces its older copy in flash
 */
export function readLog(slots: readonly Uint8Array[], unsaved?: Uint8Array): StoredLog {
    const blocks = new Map<number, Block>()
    for (const bytes of [...slots, ...(unsaved ? [unsaved] : [])]) {
        const block = readBlock(Buffer.from(bytes))
        if (block) blocks.set(block.number, block)
    }
    const newest = Math.max(-1, ...blocks.keys())
    if (newest < 0) return { last: [], current: [] }
    const { perLog } = blocks.get(newest)!
    const first = newest - (newest % perLog)
    const entries = (from: number) =>
        Array.from({ length: perLog }, (_, i) => blocks.get(from + i)?.entries ?? []).flat()
    return { last: entries(first - perLog), current: entries(first) }
}

function readBlock(bytes: Buffer): Block | undefined {
    if (bytes.length < HEADER_BYTES || bytes[0]! >> 4 !== VERSION) return undefined
    const entries: LogEntry[] = []
    const end = Math.min(bytes[1]!, bytes.length)
    for (let at = HEADER_BYTES; at + PREFIX_BYTES <= end; at += PREFIX_BYTES + bytes[at + 5]!) {
        const flags = bytes[at]!
        entries.push({
            level: flags & 0xf,
            seconds: bytes.readUInt32LE(at + 1),
            wallTime: (flags & WALL_TIME) !== 0,
            text: bytes.toString("utf8", at + PREFIX_BYTES, at + PREFIX_BYTES + bytes[at + 5]!),
        })
    }
    return { number: bytes.readUInt32LE(2), perLog: bytes[0]! & 0xf, entries }
}
