/** A kind of chip for which DeviceScript has stock firmware, and on which this program fits. */
export interface ChipKind {
    /** Its name in the board files in `boards/` (`archId`). */
    readonly arch: "esp32" | "esp32c3" | "esp32s3"
    /** The name that Espressif and `esptool-js` use. */
    readonly name: string
    /** The chip ID in the header of its images (ESP-IDF, `esp_chip_id_t`). */
    readonly imageId: number
    /** Where the ROM expects the bootloader, with which the firmware file begins (`binFlashOffset` in `arch.json`). */
    readonly firmwareOffset: number
}

export const CHIP_KINDS: readonly ChipKind[] = [
    { arch: "esp32", name: "ESP32", imageId: 0, firmwareOffset: 0x1000 },
    { arch: "esp32c3", name: "ESP32-C3", imageId: 5, firmwareOffset: 0 },
    { arch: "esp32s3", name: "ESP32-S3", imageId: 9, firmwareOffset: 0 },
]

/** @param arch as in a board file. @returns `undefined` for a chip on which this program does not fit */
export function chipKind(arch: string | undefined): ChipKind | undefined {
    return CHIP_KINDS.find(kind => kind.arch === arch)
}
