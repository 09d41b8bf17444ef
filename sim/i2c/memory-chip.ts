/** A serial memory with a two-byte address, as in its data sheet. */
export interface MemoryPart {
    /** I2C address, 7 bits. */
    readonly address: number
    /** A power of two. */
    readonly bytes: number
    /** A write wraps around at the end of a page of this size; 0 if there are no pages. */
    readonly pageBytes: number
    /** How long the part does not respond after a write, in ms. */
    readonly writeCycleMs: number
}

/** Fujitsu MB85RC256V (DS501-00017): FRAM, written byte by byte as the bits come in. */
export const MB85RC256V: MemoryPart = { address: 0x50, bytes: 32768, pageBytes: 0, writeCycleMs: 0 }

/** Microchip AT24C256C (DS20006270): EEPROM; a page is latched and then programmed for up to 5 ms. */
export const AT24C256: MemoryPart = { address: 0x50, bytes: 32768, pageBytes: 64, writeCycleMs: 5 }

/** No device on the bus has acknowledged. */
export class NotAcknowledged extends Error {}

/**
 * A serial FRAM or EEPROM on an I2C bus of its own, simulated at register level: address pointer, page latch, write cycle,
 * and the damage of a power cut. It stands in for the bus, so it has the bus's signature.
 */
export class MemoryChip {
    /** Content of the part, XOR its factory content. */
    private readonly memory: Buffer
    /** Factory content: FRAM zeros, EEPROM ones. */
    private readonly blank: number
    /** Bytes written. */
    written = 0
    /** How often the part was addressed while it did not respond. */
    polls = 0
    private pointer = 0
    private busyUntil = 0
    private powered = true
    /** Bytes that still come in before the power fails; -1 for no power cut. */
    private bytesLeft = -1

    /** @param now a clock in ms */
    constructor(
        readonly part: MemoryPart,
        private readonly now: () => number,
    ) {
        this.memory = Buffer.alloc(part.bytes)
        this.blank = part.pageBytes > 0 ? 0xff : 0
    }

    /** Makes the power fail after this many more bytes, in the middle of the next one. */
    cutPowerAfter(bytes: number) {
        this.bytesLeft = bytes
    }

    /** Restores the power. Everything volatile is lost. */
    powerUp() {
        this.powered = true
        this.bytesLeft = -1
        this.pointer = 0
        this.busyUntil = 0
    }

    /**
     * One transfer: start, address, data; with `numRead` a repeated start and that many bytes read; stop.
     * @throws NotAcknowledged
     */
    async xfer(address: number, data: Buffer, numRead = 0): Promise<Buffer> {
        return this.transfer(address, data, numRead)
    }

    /** Does what {@link xfer} does, but synchronously. */
    transfer(address: number, data: Buffer, numRead: number): Buffer {
        this.select(address)
        if (data.length >= 2) {
            this.pointer = (((data[0] ?? 0) << 8) | (data[1] ?? 0)) & (this.part.bytes - 1)
            if (data.length > 2) this.write(data)
        }
        const result = Buffer.alloc(numRead)
        for (let i = 0; i < numRead; i++) {
            result[i] = (this.memory[this.pointer] ?? 0) ^ this.blank
            this.pointer = (this.pointer + 1) & (this.part.bytes - 1)
        }
        return result
    }

    private select(address: number) {
        if (!this.powered || address !== this.part.address) throw new NotAcknowledged("no device " + address)
        if (this.now() < this.busyUntil) {
            this.polls++
            throw new NotAcknowledged("busy")
        }
    }

    private write(data: Buffer) {
        const { pageBytes, bytes, writeCycleMs } = this.part
        const mask = (pageBytes > 0 ? pageBytes : bytes) - 1
        const first = this.pointer
        for (let i = 2; i < data.length; i++) {
            if (this.bytesLeft === 0) this.losePower(first, data.length - 2, mask)
            if (this.bytesLeft > 0) this.bytesLeft--
            this.memory[this.pointer] = (data[i] ?? 0) ^ this.blank
            this.written++
            this.advance(mask)
        }
        this.busyUntil = this.now() + writeCycleMs
    }

    /** Advances the pointer within the page, or within the memory. */
    private advance(mask: number) {
        this.pointer = (this.pointer & ~mask) | ((this.pointer + 1) & mask)
    }

    /**
     * In an FRAM, the current byte is corrupted. In an EEPROM, at worst, everything that was to be programmed: the power
     * then fails in the middle of the write cycle.
     */
    private losePower(first: number, count: number, mask: number) {
        const isPaged = this.part.pageBytes > 0
        if (isPaged) this.pointer = first
        for (let i = isPaged ? count : 1; i > 0; i--) {
            this.memory[this.pointer] = (this.pointer * 89 + 41) & 0xff
            this.advance(mask)
        }
        this.powered = false
        throw new NotAcknowledged("power cut")
    }
}
