import { stripVTControlCharacters } from "node:util"

/*
 * How the firmware puts Jacdac frames and its log onto one serial line (microsoft/jacdac-c, `source/jd_usb.c`): frames are
 * enclosed in marks, and everything outside them is text.
 */

const MAGIC = 0xfe
const LITERAL_MAGIC = 0xf8
const FRAME_START = 0xfc
const FRAME_END = 0xfd
/** USB packets are padded with zeros to this size. */
const PACKET = 64
const LONGEST_FRAME = 252

/** A frame as sent over the line. */
export function usbFramed(frame: Uint8Array): Uint8Array {
    const bytes = [MAGIC, FRAME_START]
    for (const byte of frame) {
        bytes.push(byte)
        if (byte === MAGIC) bytes.push(LITERAL_MAGIC)
    }
    bytes.push(MAGIC, FRAME_END)
    const padded = new Uint8Array(Math.ceil(bytes.length / PACKET) * PACKET)
    padded.set(bytes)
    return padded
}

/** Extracts frames and lines of text from the bytes of a line, which can come in pieces of any size. Drops malformed frames. */
export class UsbReader {
    private frame: number[] | undefined
    private text: number[] = []
    private afterMagic = false

    /**
     * @param onFrame gets every frame; its CRC is not checked
     * @param onLine gets every line that the chip prints, without color codes
     */
    constructor(
        private readonly onFrame: (frame: Uint8Array) => void,
        private readonly onLine: (line: string) => void,
    ) {}

    read(bytes: Uint8Array): void {
        for (const byte of bytes) this.take(byte)
    }

    private take(byte: number): void {
        if (!this.afterMagic) {
            if (byte === MAGIC) this.afterMagic = true
            else this.put(byte)
            return
        }
        // A second magic byte can be the beginning of a mark.
        if (byte === MAGIC) return
        this.afterMagic = false
        if (byte === LITERAL_MAGIC) this.put(MAGIC)
        else if (byte === FRAME_START) this.frame = []
        else {
            const { frame } = this
            this.frame = undefined
            if (byte === FRAME_END && frame) this.onFrame(Uint8Array.from(frame))
        }
    }

    private put(byte: number): void {
        if (this.frame) {
            this.frame.push(byte)
            if (this.frame.length > LONGEST_FRAME) this.frame = undefined
        } else if (byte === 0x0a || byte === 0x0d) this.endLine()
        else if (byte !== 0) this.text.push(byte)
    }

    private endLine(): void {
        const line = stripVTControlCharacters(Buffer.from(this.text).toString())
        this.text = []
        if (line !== "") this.onLine(line)
    }
}
