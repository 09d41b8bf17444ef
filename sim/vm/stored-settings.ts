/** An area of the flash for settings (the firmware's `jd_fstor.c`); the second one takes over when the first is full. */
const AREA_BYTES = 16_384
const AREAS = 2
const MAGIC = Buffer.from("FSTR")

/** What stands before the entries. An entry is a key of 16 bytes, then where its value is in the area, and how long. */
const HEADER_BYTES = 24
const ENTRY_BYTES = 24
const KEY_BYTES = 16

/** How the firmware marks keys of settings; it has some of its own. */
const SETTING = ":"

/** What the firmware's settings hold, read from the flash itself as if the chip had been taken off the board. */
export function storedSettings(image: Uint8Array): Map<string, Uint8Array> {
    const settings = new Map<string, Uint8Array>()
    for (let area = 0; area < AREAS; area++) {
        const bytes = Buffer.from(image.subarray(area * AREA_BYTES, (area + 1) * AREA_BYTES))
        if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) continue
        for (let at = HEADER_BYTES; at < bytes.length && bytes[at] !== 0xff; at += ENTRY_BYTES) {
            const key = bytes.toString("latin1", at, bytes.indexOf(0, at))
            if (!key.startsWith(SETTING)) continue
            const value = bytes.readUInt32LE(at + KEY_BYTES)
            const size = bytes.readUInt32LE(at + KEY_BYTES + 4)
            settings.set(key.slice(SETTING.length), bytes.subarray(value, value + size))
        }
    }
    return settings
}
