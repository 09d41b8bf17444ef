import type { ChipKind } from "./chip-kind"
import { FirmwareUnfit } from "./errors"
import { APPLICATION, PARTITION_TABLE, STORAGE, STORAGE_BYTES } from "./layout"

/** DeviceScript's firmware for a chip. */
export interface Firmware {
    /** Bootloader, partition table and program, from {@link ChipKind.firmwareOffset} on. */
    readonly bytes: Uint8Array
    readonly kind: ChipKind
    /** File or address it came from. */
    readonly origin: string
    /** The version it reports, for example `v2.16.1`. */
    readonly version: string
}

/** The description embedded in an ESP32 application. */
export interface Application {
    readonly name: string
    readonly version: string
}

/** ESP-IDF, `esp_image_header_t`: the magic byte, and the offset of the chip ID. */
const IMAGE_MARK = 0xe9
const IMAGE_CHIP = 12

/** ESP-IDF, `esp_app_desc_t`: follows the headers of the image and of its first segment. */
const DESCRIPTION = 32
const DESCRIPTION_MARK = 0xabcd5432
const VERSION = 16
const NAME = 48
const TEXT_BYTES = 32
/** How many bytes from the start of an application {@link applicationOf} needs. */
export const APPLICATION_HEAD_BYTES = DESCRIPTION + NAME + TEXT_BYTES

/** ESP-IDF, `esp_partition_info_t`. */
const PARTITION_BYTES = 32
const PARTITION_MARK = 0x50aa
const PARTITIONS_MOST = 95
/** Type of the partition that holds DeviceScript's program and settings (`boards/partitions.csv`). */
const STORAGE_TYPE = 0x8a
const STORAGE_SUBTYPE = 0x01

/**
 * Checks that a file is DeviceScript's firmware for a chip, with the flash layout that this project expects.
 * @param origin where the file came from, for messages
 * @throws FirmwareUnfit
 */
export function checkedFirmware(bytes: Uint8Array, kind: ChipKind, origin: string): Firmware {
    const unfit = (reason: string) => new FirmwareUnfit(origin, reason)
    const file = Buffer.from(bytes)
    const at = (address: number) => address - kind.firmwareOffset
    const wanted = `devicescript-${kind.arch}-…-0x${kind.firmwareOffset.toString(16)}.bin`
    if (file[0] !== IMAGE_MARK || file.length < at(APPLICATION) + APPLICATION_HEAD_BYTES)
        throw unfit(`is not firmware for an ${kind.name}; use the file ${wanted} of DeviceScript's release`)
    const chip = file.readUInt16LE(IMAGE_CHIP)
    if (chip !== kind.imageId) throw unfit(`is not for an ${kind.name}; use the file ${wanted}`)
    if (file.length > at(STORAGE))
        throw unfit(`is too long for firmware; it may be an image of a whole chip. Use the file ${wanted}`)
    const place = storagePlace(file.subarray(at(PARTITION_TABLE)))
    if (place?.offset !== STORAGE || place.bytes !== STORAGE_BYTES)
        throw unfit(
            `is not DeviceScript's: it has no room for program and settings at 0x${STORAGE.toString(16)}. ` +
                `Use the file ${wanted}`,
        )
    const application = applicationOf(file.subarray(at(APPLICATION)))
    if (!application) throw unfit(`contains no program; use the file ${wanted}`)
    return { bytes, kind, origin, version: application.version }
}

/**
 * Reads the description of an application.
 * @param head its first {@link APPLICATION_HEAD_BYTES} bytes, or more
 * @returns `undefined` if this is not an application, or has no description
 */
export function applicationOf(head: Uint8Array): Application | undefined {
    const bytes = Buffer.from(head)
    if (bytes.length < APPLICATION_HEAD_BYTES || bytes[0] !== IMAGE_MARK) return undefined
    if (bytes.readUInt32LE(DESCRIPTION) !== DESCRIPTION_MARK) return undefined
    const text = (offset: number) => {
        const field = bytes.subarray(DESCRIPTION + offset, DESCRIPTION + offset + TEXT_BYTES)
        // The chip may hold anything, so keep control characters from the terminal.
        return field
            .toString("latin1")
            .replace(/\0.*$/s, "")
            .replace(/[^\x20-\x7e]/g, "?")
    }
    return { name: text(NAME), version: text(VERSION) }
}

function storagePlace(table: Buffer): { offset: number; bytes: number } | undefined {
    for (let i = 0; i < PARTITIONS_MOST; i++) {
        const entry = table.subarray(i * PARTITION_BYTES, (i + 1) * PARTITION_BYTES)
        if (entry.length < PARTITION_BYTES || entry.readUInt16LE(0) !== PARTITION_MARK) return undefined
        if (entry[2] === STORAGE_TYPE && entry[3] === STORAGE_SUBTYPE)
            return { offset: entry.readUInt32LE(4), bytes: entry.readUInt32LE(8) }
    }
    return undefined
}
