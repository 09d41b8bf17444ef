/** For each half byte, whether the number of its ones is odd: bit `n` is about the half byte `n`. */
const ODD_ONES = 0x6996

/**
 * CRC-16/MODBUS (initial value 0xFFFF, polynomial 0xA001 reflected) of `bytes[from]` up to before `bytes[to]`.
 *
 * The usual table of 256 words has a rule for this polynomial: word `x` is `x << 6 ^ x << 7`, and 0xC001 more where `x`
 * has an odd number of ones. By it the VM takes about 40 steps a byte, without a table 165.
 */
export function crc16(bytes: Buffer, from: number, to: number): number {
    let crc = 0xffff
    for (let i = from; i < to; i++) {
        const x = (crc ^ bytes[i]) & 0xff
        crc = (crc >> 8) ^ (x << 6) ^ (x << 7)
        if ((ODD_ONES >> ((x ^ (x >> 4)) & 15)) & 1) crc ^= 0xc001
    }
    return crc
}
