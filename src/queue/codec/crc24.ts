/*
 * CRC-24/OpenPGP (RFC 4880, section 6.1): polynomial 0x864CFB, initial value 0xB704CE, check value 0x21CF02. It detects
 * every error burst of up to 24 bits, and it never touches the sign bit of the VM's 32-bit integers.
 */

/** For each value of the top four bits, their effect on the remaining bits. */
const NIBBLES = [
    0x000000, 0x864cfb, 0x8ad50d, 0x0c99f6, 0x93e6e1, 0x15aa1a, 0x1933ec, 0x9f7f17, 0xa18139, 0x27cdc2,
    0x2b5434, 0xad18cf, 0x3267d8, 0xb42b23, 0xb8b2d5, 0x3efe2e,
]

/** Returns the checksum of `buffer[from]` up to but not including `buffer[to]`. Takes about 45 VM steps per byte. */
export function crc24(buffer: Buffer, from: number, to: number): number {
    const table = NIBBLES
    let crc = 0xb704ce
    for (let i = from; i < to; i++) {
        crc = crc ^ (buffer[i] << 16)
        crc = ((crc << 4) & 0xffffff) ^ table[crc >> 20]
        crc = ((crc << 4) & 0xffffff) ^ table[crc >> 20]
    }
    return crc
}
