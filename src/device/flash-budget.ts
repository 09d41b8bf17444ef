/**
 * Bytes of a block in a setting: a whole number of flash words, and small enough to be read back together with its key.
 */
export const SETTING_BLOCK_BYTES = 224

/** How the flash for settings is divided. */
export interface FlashBudget {
    /** Bytes. The firmware has a second bank of this size, to which it copies the valid entries when this one is full. */
    readonly total: number
    /** Bytes for the firmware's own entries, WiFi, and the owner's settings. */
    readonly owner: number
    /** Slots of the reading queue, two blocks each; the first two hold checkpoints instead, one small setting each. */
    readonly queueSlots: number
    /** Slots of the logbook, one block each. */
    readonly logSlots: number
}

/**
 * The only place that divides the flash. A block takes 248 bytes, 24 of them for its entry, and a checkpoint 56. The rest
 * stays free: it fills up with outdated values, and the more there is of it, the less often the firmware has to copy and erase.
 *
 *     total   owner   queue               log         free
 *     16336    2048   11024 (44 blocks)   1984 (8)    1280 (5 blocks)
 *
 * The simulator in DeviceScript's own tools has half as much flash: there the queue uses only the slots that it can write.
 */
const ESP32: FlashBudget = { total: 16336, owner: 2048, queueSlots: 24, logSlots: 8 }

/** The budget of the chip. */
export function flashBudget(): FlashBudget {
    return ESP32
}
