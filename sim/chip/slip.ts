/*
 * SLIP framing of packets on the line to a boot ROM (RFC 1055, as Espressif's chips use it): an END before and after each
 * packet, and escapes for bytes that would be mistaken for marks.
 */

const END = 0xc0
const ESCAPE = 0xdb
const ESCAPED_END = 0xdc
const ESCAPED_ESCAPE = 0xdd

/** A packet as sent over the line. */
export function slipFramed(packet: Uint8Array): Uint8Array {
    const bytes = [END]
    for (const byte of packet) {
        if (byte === END) bytes.push(ESCAPE, ESCAPED_END)
        else if (byte === ESCAPE) bytes.push(ESCAPE, ESCAPED_ESCAPE)
        else bytes.push(byte)
    }
    bytes.push(END)
    return Uint8Array.from(bytes)
}

/** Extracts packets from the bytes of a line, which can come in pieces of any size. */
export class SlipReader {
    private packet: number[] = []
    private escaped = false

    constructor(private readonly onPacket: (packet: Uint8Array) => void) {}

    read(bytes: Uint8Array): void {
        for (const byte of bytes) {
            if (byte === END) {
                const packet = Uint8Array.from(this.packet)
                this.packet = []
                this.escaped = false
                if (packet.length > 0) this.onPacket(packet)
            } else if (this.escaped) {
                this.escaped = false
                this.packet.push(byte === ESCAPED_END ? END : ESCAPE)
            } else if (byte === ESCAPE) this.escaped = true
            else this.packet.push(byte)
        }
    }
}
