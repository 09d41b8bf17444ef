import { stripVTControlCharacters } from "node:util"

/*
 * How the firmware puts Jacdac frames and its log onto one serial line (microsoft/jacdac-c, `source/jd_usb.c`): frames stand
 * between marks, what is outside them is text.
 */

const MAGIC = 0xfe
const LITERAL_MAGIC = 0xf8
const FRAME_START = 0xfc
const FRAME_END = 0xfd
/** USB packets are filled with zeros up to this. */
const PACKET = 64
const LONGEST_FRAME = 252

/** A frame as it goes over the line. */
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

/** Takes frames and lines of text out of what comes over the line, in whatever pieces. What is broken is left out. */
export class UsbReader {
    private frame: number[] | undefined
    private text: number[] = []
    private afterMagic = false

    /**
     * @param onFrame gets each frame; whether its CRC is right was not looked at
     * @param onLine gets each line that the chip prints, without colours
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
        // A magic byte after another one may be the beginning of a mark.
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
