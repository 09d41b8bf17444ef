/*
 * Where things are in the flash of a chip with DeviceScript's stock firmware (microsoft/devicescript-esp32,
 * `boards/partitions.csv`), in bytes from its beginning.
 */

/** ESP-IDF's partition table, one sector. */
export const PARTITION_TABLE = 0x8000
/** From here on is what belongs to one board and one chip: pins, calibration of the radio. */
export const OF_THE_BOARD = 0x9000
/** The firmware's program. */
export const APPLICATION = 0x10000
/** DeviceScript's program, settings and WiFi; also what was measured and waits. */
export const STORAGE = 0x1c0000
export const STORAGE_BYTES = 0x40000
/** What an erased flash holds. */
export const ERASED = 0xff
