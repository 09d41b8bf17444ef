/**
 * CRC of every half byte. The VM takes 165 steps a byte bit by bit, 35 with this table of 16 words and 27 with one
 * of 256: a sixteenth of the bytes for nearly all of the speed.
 */
const NIBBLES = [
    0x0000, 0xcc01, 0xd801, 0x1400, 0xf001, 0x3c00, 0x2800, 0xe401, 0xa001, 0x6c00, 0x7800, 0xb401, 0x5000,
    0x9c01, 0x8801, 0x4400,
]

/** CRC-16/MODBUS (initial value 0xFFFF, polynomial 0xA001 reflected) of `bytes[from]` up to before `bytes[to]`. */
export function crc16(bytes: Buffer, from: number, to: number): number {
    let crc = 0xffff
    for (let i = from; i < to; i++) {
        crc ^= bytes[i]
        crc = (crc >> 4) ^ NIBBLES[crc & 15]
        crc = (crc >> 4) ^ NIBBLES[crc & 15]
    }
    return crc
}
