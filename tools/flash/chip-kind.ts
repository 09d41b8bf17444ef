/** A chip that DeviceScript's stock firmware exists for, and that this program fits on. */
export interface ChipKind {
    /** As boards in `boards/` call it (`archId`). */
    readonly arch: "esp32" | "esp32c3" | "esp32s3"
    /** As Espressif calls it, and with it `esptool-js`. */
    readonly name: string
    /** What images for it carry in their header (ESP-IDF, `esp_chip_id_t`). */
    readonly imageId: number
    /** Where its ROM looks for the bootloader, with which the firmware's file begins (`binFlashOffset` in `arch.json`). */
    readonly firmwareOffset: number
}

export const CHIP_KINDS: readonly ChipKind[] = [
    { arch: "esp32", name: "ESP32", imageId: 0, firmwareOffset: 0x1000 },
    { arch: "esp32c3", name: "ESP32-C3", imageId: 5, firmwareOffset: 0 },
    { arch: "esp32s3", name: "ESP32-S3", imageId: 9, firmwareOffset: 0 },
]

/** @param arch as in a board's file. @returns `undefined` for a chip that this program does not fit on */
export function chipKind(arch: string | undefined): ChipKind | undefined {
    return CHIP_KINDS.find(kind => kind.arch === arch)
}
