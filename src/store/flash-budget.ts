import * as ds from "@devicescript/core"

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
    /** Slots of the reading queue: blocks, and two checkpoints. */
    readonly queueSlots: number
    /** Slots of the logbook, each of a block. */
    readonly logSlots: number
}

/**
 * The one place where the flash is shared out. A block takes 248 bytes, 24 of them for its entry, and a checkpoint 56. What
 * nobody has been given stays free: it fills up with outdated values, and the more there is of it, the rarer does the firmware
 * have to copy and erase.
 *
 *                  total   owner   queue               log              free
 *     ESP32        16336    2048    8048 (32 blocks)   1984 (8)   4256 (17 blocks)
 *     simulator     8144    1536    3088 (12 blocks)    992 (4)   2528 (10 blocks)
 */
const ESP32: FlashBudget = { total: 16336, owner: 2048, queueSlots: 34, logSlots: 8 }
const SIMULATOR: FlashBudget = { total: 8144, owner: 1536, queueSlots: 14, logSlots: 4 }

/** The budget of the machine that the program runs on. */
export function flashBudget(): FlashBudget {
    return ds.isSimulator() ? SIMULATOR : ESP32
}
