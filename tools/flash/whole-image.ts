import type { Firmware } from "./firmware"
import { ERASED, STORAGE, STORAGE_BYTES } from "./layout"

/**
 * Builds the complete flash from its first byte on: firmware, program, settings and WiFi.
 * @param storage see `storageImage`
 */
export function wholeImage({ bytes, kind }: Firmware, storage: Uint8Array): Uint8Array {
    const flash = new Uint8Array(STORAGE + STORAGE_BYTES).fill(ERASED)
    flash.set(bytes, kind.firmwareOffset)
    flash.set(storage, STORAGE)
    return flash
}
