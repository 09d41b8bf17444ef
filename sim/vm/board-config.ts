/** What a program can ask its board for, by the names in `boards/*.board.json`. */
export interface BoardConfig {
    readonly devName: string
    readonly productId: string
    readonly archId: string
    readonly pins: Readonly<Record<string, number>>
    /** Aliases of pins, which only the compiler knows. */
    readonly $pins?: Readonly<Record<string, string>>
    readonly i2c?: { readonly pinSDA: string | number; readonly pinSCL: string | number }
}

const MAGIC = [0x47464344, 0xcab49b0a]
const KEY_BYTES = 16
const ENTRY_BYTES = KEY_BYTES + 8
const JUMPS = 32
const HEADER_BYTES = 24 + 2 * JUMPS
const HASH_SHIFT = 11
const UNSIGNED = 0
const TEXT = 2
/** Ends the list of entries. */
const END = 0xffffffff

type Value = string | number

/**
 * The configuration that `devs flash` writes into the firmware for a board: a table sorted by the hashes of its keys, in
 * the format of `jd_dcfg.h`.
 */
export function boardConfigBytes(board: BoardConfig): Buffer {
    const entries = entriesOf(board)
        .map(([key, value]) => ({ key, value, hash: keyHash(key) }))
        .sort((a, b) => a.hash - b.hash)
    const texts: Buffer[] = []
    let textAt = HEADER_BYTES + ENTRY_BYTES * (entries.length + 1)

    const table = entries.map(({ key, value, hash }) => {
        const entry = Buffer.alloc(ENTRY_BYTES)
        entry.write(key)
        entry.writeUInt16LE(hash, KEY_BYTES)
        if (typeof value === "number") {
            entry.writeUInt16LE(UNSIGNED, KEY_BYTES + 2)
            entry.writeUInt32LE(value, KEY_BYTES + 4)
            return entry
        }
        const text = Buffer.from(`${value}\0`)
        entry.writeUInt16LE(((text.length - 1) << 2) | TEXT, KEY_BYTES + 2)
        entry.writeUInt32LE(textAt, KEY_BYTES + 4)
        texts.push(text)
        textAt += text.length
        return entry
    })
    const end = Buffer.alloc(ENTRY_BYTES)
    end.writeUInt32LE(END, KEY_BYTES)
    end.fill(0xff, 0, KEY_BYTES + 8)

    const header = Buffer.alloc(HEADER_BYTES)
    header.writeUInt32LE(MAGIC[0]!, 0)
    header.writeUInt32LE(MAGIC[1]!, 4)
    header.writeUInt32LE(textAt, 8)
    header.writeUInt16LE(entries.length, 12)
    for (let i = 0; i < JUMPS; i++) {
        const first = entries.findIndex(({ hash }) => hash >> HASH_SHIFT >= i)
        header.writeUInt16LE(first < 0 ? entries.length : first, HEADER_BYTES - 2 * JUMPS + 2 * i)
    }
    return Buffer.concat([header, ...table, end, ...texts])
}

function entriesOf({ devName, productId, archId, pins, i2c }: BoardConfig): [string, Value][] {
    return [
        ["devName", devName],
        ["productId", Number(productId)],
        ["archId", archId],
        ...Object.entries(pins).map(([name, gpio]): [string, Value] => [`pins.${name}`, gpio]),
        ...(i2c ? Object.entries(i2c) : []).map(([role, pin]): [string, Value] => [
            `i2c.${role}`,
            typeof pin === "string" ? pins[pin]! : pin,
        ]),
    ]
}

/** FNV-1a, folded to 16 bits. */
function keyHash(key: string): number {
    let hash = 0x811c9dc5
    for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193)
    return (hash ^ (hash >>> 16)) & 0xffff
}
