import type { ChipKind } from "../../../tools/flash/chip-kind"

/** A file with the headers of DeviceScript's firmware and noise as its program: its releases are not part of this project. */
export function madeUpFirmware(
    { imageId, firmwareOffset }: ChipKind,
    { version = "v2.16.1", bytes = 100_000, storage = 0x1c0000 } = {},
): Buffer {
    const file = Buffer.alloc(0x10000 - firmwareOffset + bytes, 0xff)
    const image = (at: number) => {
        file[at] = 0xe9
        file.writeUInt16LE(imageId, at + 12)
    }
    image(0)
    const table = 0x8000 - firmwareOffset
    const partitions = [
        [0x8a, 0x00, 0x9000, 0x2000],
        [1, 2, 0xb000, 0x4000],
        [0, 0, 0x10000, 1728 * 1024],
        [0x8a, 0x01, storage, 256 * 1024],
    ] as const
    for (const [i, [type, subtype, offset, size]] of partitions.entries()) {
        const at = table + 32 * i
        file.writeUInt16LE(0x50aa, at)
        file.set([type, subtype], at + 2)
        file.writeUInt32LE(offset, at + 4)
        file.writeUInt32LE(size, at + 8)
    }
    const app = 0x10000 - firmwareOffset
    for (let i = app; i < file.length; i++) file[i] = (i * 7919) >> 5
    image(app)
    file.writeUInt32LE(0xabcd5432, app + 32)
    file.fill(0, app + 48, app + 112)
    file.write(version, app + 48)
    file.write("espjd", app + 80)
    return file
}
