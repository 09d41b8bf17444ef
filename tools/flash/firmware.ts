import type { ChipKind } from "./chip-kind"
import { FirmwareUnfit } from "./errors"
import { APPLICATION, PARTITION_TABLE, STORAGE, STORAGE_BYTES } from "./layout"

/** DeviceScript's firmware for a chip. */
export interface Firmware {
    /** Bootloader, partition table and program, from {@link ChipKind.firmwareOffset} on. */
    readonly bytes: Uint8Array
    readonly kind: ChipKind
    /** File or address that it is from. */
    readonly origin: string
    /** What it calls itself, for example `v2.16.1`. */
    readonly version: string
}

/** What a program for the ESP32 says of itself. */
export interface Application {
    readonly name: string
    readonly version: string
}

/** ESP-IDF, `esp_image_header_t`: a mark, and the chip that the image is for. */
const IMAGE_MARK = 0xe9
const IMAGE_CHIP = 12

/** ESP-IDF, `esp_app_desc_t`, behind the headers of image and first segment. */
const DESCRIPTION = 32
const DESCRIPTION_MARK = 0xabcd5432
const VERSION = 16
const NAME = 48
const TEXT_BYTES = 32
/** How much of a program's beginning {@link applicationOf} wants. */
export const APPLICATION_HEAD_BYTES = DESCRIPTION + NAME + TEXT_BYTES

/** ESP-IDF, `esp_partition_info_t`. */
const PARTITION_BYTES = 32
const PARTITION_MARK = 0x50aa
const PARTITIONS_MOST = 95
/** What DeviceScript keeps its program and settings in (`boards/partitions.csv`). */
const STORAGE_TYPE = 0x8a
const STORAGE_SUBTYPE = 0x01

/**
 * Looks whether a file is DeviceScript's firmware for a chip, with the places in the flash that this project goes by.
 * @param origin where it is from, for messages
 * @throws FirmwareUnfit
 */
export function checkedFirmware(bytes: Uint8Array, kind: ChipKind, origin: string): Firmware {
    const unfit = (reason: string) => new FirmwareUnfit(origin, reason)
    const file = Buffer.from(bytes)
    const at = (address: number) => address - kind.firmwareOffset
    const wanted = `devicescript-${kind.arch}-…-0x${kind.firmwareOffset.toString(16)}.bin`
    if (file[0] !== IMAGE_MARK || file.length < at(APPLICATION) + APPLICATION_HEAD_BYTES)
        throw unfit(`is no firmware for an ${kind.name}; take the file ${wanted} of DeviceScript's release`)
    const chip = file.readUInt16LE(IMAGE_CHIP)
    if (chip !== kind.imageId)
        throw unfit(`is for another chip than an ${kind.name}; take the file ${wanted}`)
    if (file.length > at(STORAGE))
        throw unfit(`is longer than a firmware; it may be an image of a whole chip. Take the file ${wanted}`)
    const place = storagePlace(file.subarray(at(PARTITION_TABLE)))
    if (place?.offset !== STORAGE || place.bytes !== STORAGE_BYTES)
        throw unfit(
            `is not DeviceScript's: it has no room for program and settings at 0x${STORAGE.toString(16)}. ` +
                `Take the file ${wanted}`,
        )
    const application = applicationOf(file.subarray(at(APPLICATION)))
    if (!application) throw unfit(`has no program in it; take the file ${wanted}`)
    return { bytes, kind, origin, version: application.version }
}

/**
 * What a program says of itself.
 * @param head its first {@link APPLICATION_HEAD_BYTES} bytes, or more
 * @returns `undefined` where there is none, or one that says nothing
 */
export function applicationOf(head: Uint8Array): Application | undefined {
    const bytes = Buffer.from(head)
    if (bytes.length < APPLICATION_HEAD_BYTES || bytes[0] !== IMAGE_MARK) return undefined
    if (bytes.readUInt32LE(DESCRIPTION) !== DESCRIPTION_MARK) return undefined
    const text = (offset: number) => {
        const field = bytes.subarray(DESCRIPTION + offset, DESCRIPTION + offset + TEXT_BYTES)
        // Of a chip that may hold anything: nothing that a terminal would obey.
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
