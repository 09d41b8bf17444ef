/*
 * Flash layout of a chip with DeviceScript's stock firmware (microsoft/devicescript-esp32, `boards/partitions.csv`), in
 * bytes from the start of the flash.
 */

/** ESP-IDF's partition table, one sector. */
export const PARTITION_TABLE = 0x8000
/** Start of the data of one board and one chip: pins, radio calibration. */
export const OF_THE_BOARD = 0x9000
/** The firmware's application. */
export const APPLICATION = 0x10000
/** DeviceScript's program, settings and WiFi; also the waiting readings. */
export const STORAGE = 0x1c0000
export const STORAGE_BYTES = 0x40000
/** The value of an erased byte. */
export const ERASED = 0xff
