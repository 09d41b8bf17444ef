/**
 * Bytes of a block in a setting: a whole number of words of flash, and with its key less than what can be read back.
 */
export const SETTING_BLOCK_BYTES = 224

/** How the flash for settings is shared. */
export interface FlashBudget {
    /** Bytes. The firmware has as much again, to which it copies what is valid when this is full. */
    readonly total: number
    /** Bytes for the firmware's own entries, WiFi, and what the owner has set. */
    readonly owner: number
    /** Slots of the reading queue, each of two blocks; the first two hold checkpoints, which take one small setting. */
    readonly queueSlots: number
    /** Slots of the logbook, each of a block. */
    readonly logSlots: number
}

/**
 * The one place where the flash is shared out. A block takes 248 bytes, 24 of them for its entry, and a checkpoint 56. What
 * nobody has been given stays free: it fills up with outdated values, and the more there is of it, the rarer does the firmware
 * have to copy and erase.
 *
 *     total   owner   queue               log         free
 *     16336    2048   11024 (44 blocks)   1984 (8)    1280 (5 blocks)
 *
 * The simulator of DeviceScript's own tools has half of it: there the queue does with the slots that it can write.
 */
const ESP32: FlashBudget = { total: 16336, owner: 2048, queueSlots: 24, logSlots: 8 }

/** The budget of the chip. */
export function flashBudget(): FlashBudget {
    return ESP32
}
