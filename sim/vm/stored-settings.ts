/** An area of the flash for settings (the firmware's `jd_fstor.c`); the other one takes over when it is full. */
const AREA_BYTES = 16_384
const AREAS = 2

/** Before the entries: a mark, and a number that rises each time the other area takes over. */
const MARK = "FSTR"
const HEADER_BYTES = 24
const NUMBER = 8

/** An entry is a key of 16 bytes, then where its value is in the flash, and how long. */
const ENTRY_BYTES = 24
const KEY_BYTES = 16
const ERASED = 0xff

/** How the firmware marks keys of settings; it has some of its own. */
const SETTING = ":"

/** What the firmware's settings hold, read from the flash itself as if the chip had been taken off the board. */
export function storedSettings(image: Uint8Array): Map<string, Uint8Array> {
    const flash = Buffer.from(image)
    const [area] = Array.from({ length: AREAS }, (_, i) => i * AREA_BYTES)
        .filter(at => flash.toString("latin1", at, at + MARK.length) === MARK)
        .sort((a, b) => flash.readUInt32LE(b + NUMBER) - flash.readUInt32LE(a + NUMBER))
    const settings = new Map<string, Uint8Array>()
    if (area === undefined) return settings
    for (let at = area + HEADER_BYTES; at < area + AREA_BYTES && flash[at] !== ERASED; at += ENTRY_BYTES) {
        const key = flash.toString("latin1", at, flash.indexOf(0, at))
        if (!key.startsWith(SETTING)) continue
        const value = flash.readUInt32LE(at + KEY_BYTES)
        const size = flash.readUInt32LE(at + KEY_BYTES + 4)
        settings.set(key.slice(SETTING.length), flash.subarray(value, value + size))
    }
    return settings
}
