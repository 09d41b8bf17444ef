/** Size of an area of the flash for settings (the firmware's `jd_fstor.c`). When one area is full, the other takes over. */
const AREA_BYTES = 16_384
const AREAS = 2

/** Header before the entries: a mark, and a number that rises each time the other area takes over. */
const MARK = "FSTR"
const HEADER_BYTES = 24
const NUMBER = 8

/** An entry is a key of 16 bytes, followed by the position of its value in the flash and its length. */
const ENTRY_BYTES = 24
const KEY_BYTES = 16
const ERASED = 0xff

/** The firmware's prefix for keys of settings. It also has keys of its own. */
const SETTING = ":"

/** The content of the firmware's settings, read directly from the flash as if the chip had been desoldered. */
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
