import { createHash } from "node:crypto"
import { inflateSync } from "node:zlib"
import { SlipReader, slipFramed } from "./slip"

/** A chip as its boot ROM identifies it. */
export interface RomKind {
    /** Content of the register at {@link MAGIC_REGISTER}. */
    readonly magic: number
    /** Chip id that the ROM reports; `undefined` if it has no such command, like the first ESP32. */
    readonly id?: number
}

/** ESP32, C3 and S3, and one chip that this project does not support. */
export const ROM_KINDS = {
    esp32: { magic: 0x00f01d83 },
    esp32c3: { magic: 0x1b31506f, id: 5 },
    esp32s3: { magic: 0x09, id: 9 },
    esp32c6: { magic: 0x2ce0806f, id: 13 },
} as const satisfies Record<string, RomKind>

/** Commands of ROM and stub (esptool's "Serial Protocol", docs.espressif.com/projects/esptool). */
const SYNC = 0x08
const MEMORY_BEGIN = 0x05
const MEMORY_END = 0x06
const MEMORY_DATA = 0x07
const WRITE_REGISTER = 0x09
const READ_REGISTER = 0x0a
const CHANGE_BAUD = 0x0f
const DEFLATED_BEGIN = 0x10
const DEFLATED_DATA = 0x11
const DEFLATED_END = 0x12
const FLASH_MD5 = 0x13
const SECURITY_INFO = 0x14
const READ_FLASH = 0xd2

const REQUEST = 0x00
const RESPONSE = 0x01
const HEADER_BYTES = 8
/** Header of a data block: its length, its sequence number, and two words of zeros. */
const PIECE_HEADER_BYTES = 16
const FAILED = 0x01
const UNKNOWN_COMMAND = 0x05
const WRONG_CHECKSUM = 0x07
const CHECKSUM_BEGIN = 0xef

const MAGIC_REGISTER = 0x40001000
/** How many times the ROM answers a sync or an unknown command. The stub answers once. */
const ROM_ANSWERS = 8
const SYNC_VALUE = 0x20120707
const ROM_STATUS_BYTES = 4
const STUB_STATUS_BYTES = 2
const STUB_GREETING = "OHAI"

const FLASH_BYTES = 4 * 1024 * 1024
const SECTOR_BYTES = 4096
const ERASED = 0xff

/**
 * A stand-in for the boot ROM of an ESP32 and for the stub loader that `esptool-js` puts into its memory, after the
 * documentation of their protocol. It does not run the loader that it gets; from then on it just answers as that loader
 * would. It was not compared with a real chip.
 */
export class StandInBootRom {
    readonly flash = Buffer.alloc(FLASH_BYTES, ERASED)
    /** Number of writes begun. */
    writes = 0
    private stub = false
    private writing: { at: number; readonly end: number; pieces: Buffer[]; readonly of: number } | undefined
    private reading: { packets: Uint8Array[] } | undefined
    private silentAfter: number | undefined
    private reader = new SlipReader(packet => this.receive(packet))
    private write: (bytes: Uint8Array) => void = () => {}
    private onStart: () => void = () => {}

    constructor(
        private readonly kind: RomKind,
        /** A faulty flash: returns what it keeps of each written byte. */
        private readonly kept: (byte: number) => number = byte => byte,
    ) {}

    /**
     * Connects it to a line.
     * @param onStart called when the chip starts the program in its flash
     * @returns a function that takes the bytes from the line
     */
    attach(write: (bytes: Uint8Array) => void, onStart: () => void = () => {}): (bytes: Uint8Array) => void {
        this.write = write
        this.onStart = onStart
        return bytes => this.reader.read(bytes)
    }

    /** Resets it into the ROM, as the BOOT button does. */
    reset(): void {
        this.stub = false
        this.writing = this.reading = this.silentAfter = undefined
        this.reader = new SlipReader(packet => this.receive(packet))
    }

    /** Goes silent after this many more packets, as if the cable had been pulled. */
    failAfter(packets: number): void {
        this.silentAfter = packets
    }

    private receive(packet: Uint8Array): void {
        if (this.silentAfter !== undefined && this.silentAfter-- <= 0) {
            this.silentAfter = 0
            return
        }
        const bytes = Buffer.from(packet)
        if (this.reading && bytes.length === 4) {
            this.readOn()
            return
        }
        if (bytes.length < HEADER_BYTES || bytes[0] !== REQUEST) return
        const command = bytes[1]!
        const data = bytes.subarray(HEADER_BYTES, HEADER_BYTES + bytes.readUInt16LE(2))
        this.reading = undefined
        this.carryOut(command, data, bytes.readUInt32LE(4))
    }

    private carryOut(command: number, data: Buffer, checksum: number): void {
        if (command === SYNC) {
            const times = this.stub ? 1 : ROM_ANSWERS
            for (let i = 0; i < times; i++) this.answer(command, { value: this.stub ? 0 : SYNC_VALUE })
        } else if (command === READ_REGISTER)
            this.answer(command, { value: data.readUInt32LE(0) === MAGIC_REGISTER ? this.kind.magic : 0 })
        else if (command === SECURITY_INFO && this.kind.id !== undefined) {
            const info = Buffer.alloc(20)
            info.writeUInt32LE(this.kind.id, 12)
            this.answer(command, { data: info })
        } else if ([WRITE_REGISTER, CHANGE_BAUD, MEMORY_BEGIN].includes(command)) this.answer(command)
        else if (command === MEMORY_DATA)
            this.answer(command, { error: isIntact(data, checksum) ? 0 : WRONG_CHECKSUM })
        else if (command === MEMORY_END) {
            this.answer(command)
            this.stub = true
            this.write(slipFramed(Buffer.from(STUB_GREETING)))
        } else if (command === DEFLATED_BEGIN) this.begin(data)
        else if (command === DEFLATED_DATA) this.piece(data, checksum)
        else if (command === DEFLATED_END) {
            this.answer(command)
            // 0 asks for a restart, 1 for none.
            if (data.readUInt32LE(0) === 0) this.onStart()
        } else if (command === FLASH_MD5) {
            const [at, size] = [data.readUInt32LE(0), data.readUInt32LE(4)]
            const hash = createHash("md5").update(this.flash.subarray(at, at + size))
            this.answer(command, { data: this.stub ? hash.digest() : Buffer.from(hash.digest("hex")) })
        } else if (command === READ_FLASH && this.stub) this.readFlash(data)
        else
            for (let i = 0; i < (this.stub ? 1 : ROM_ANSWERS); i++)
                this.answer(command, { error: UNKNOWN_COMMAND })
    }

    private begin(data: Buffer): void {
        const [size, of, , at] = [0, 4, 8, 12].map(i => data.readUInt32LE(i)) as [
            number,
            number,
            number,
            number,
        ]
        const first = Math.floor(at / SECTOR_BYTES) * SECTOR_BYTES
        this.flash.fill(ERASED, first, Math.ceil((at + size) / SECTOR_BYTES) * SECTOR_BYTES)
        this.writing = { at, end: at + size, pieces: [], of }
        this.writes++
        this.answer(DEFLATED_BEGIN)
    }

    private piece(data: Buffer, checksum: number): void {
        const { writing } = this
        if (!writing || !isIntact(data, checksum)) {
            this.answer(DEFLATED_DATA, { error: WRONG_CHECKSUM })
            return
        }
        writing.pieces[data.readUInt32LE(4)] = data.subarray(PIECE_HEADER_BYTES)
        if (writing.pieces.length === writing.of) {
            const bytes = inflateSync(Buffer.concat(writing.pieces)).subarray(0, writing.end - writing.at)
            this.flash.set(bytes.map(this.kept), writing.at)
            this.writing = undefined
        }
        this.answer(DEFLATED_DATA)
    }

    /**
     * Sends the flash in packets. The client acknowledges each with the number of bytes received; the hash of everything
     * follows.
     */
    private readFlash(data: Buffer): void {
        const [at, size, most] = [0, 4, 8].map(i => data.readUInt32LE(i)) as [number, number, number]
        const bytes = this.flash.subarray(at, at + size)
        const packets: Uint8Array[] = []
        for (let i = 0; i < size; i += most) packets.push(bytes.subarray(i, Math.min(i + most, size)))
        packets.push(createHash("md5").update(bytes).digest())
        this.reading = { packets }
        this.answer(READ_FLASH)
        this.readOn()
    }

    private readOn(): void {
        const next = this.reading?.packets.shift()
        if (next) this.write(slipFramed(next))
    }

    private answer(command: number, { value = 0, data = Buffer.of(), error = 0 }: Answer = {}): void {
        const status = Buffer.alloc(this.stub ? STUB_STATUS_BYTES : ROM_STATUS_BYTES)
        if (error !== 0) status.set([FAILED, error])
        const header = Buffer.alloc(HEADER_BYTES)
        header.set([RESPONSE, command])
        header.writeUInt16LE(data.length + status.length, 2)
        header.writeUInt32LE(value, 4)
        this.write(slipFramed(Buffer.concat([header, data, status])))
    }
}

interface Answer {
    readonly value?: number
    readonly data?: Buffer
    readonly error?: number
}

function isIntact(data: Buffer, checksum: number): boolean {
    const bytes = data.subarray(PIECE_HEADER_BYTES)
    return bytes.reduce((sum, byte) => sum ^ byte, CHECKSUM_BEGIN) === checksum
}
