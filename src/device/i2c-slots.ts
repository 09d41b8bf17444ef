import * as ds from "@devicescript/core"
import { type EagerStore, SlotError, STAGES, verify } from "./slot-store"

/** The I2C bus, as `i2c` of `@devicescript/i2c` offers it. */
export interface I2cBus {
    /**
     * Writes, then reads after a repeated start.
     * @param address 7 bits
     * @throws Error when the device does not acknowledge
     */
    xfer(address: number, data: Buffer, numRead?: number): Promise<Buffer>
}

/** A memory chip with two-byte addresses, as its data sheet describes it. */
export interface MemoryChip {
    readonly model: string
    /** I2C address, 7 bits. */
    readonly address: number
    readonly bytes: number
    /** Bytes of a page, at whose end a write wraps around; 0 for a chip without pages (FRAM). */
    readonly pageBytes: number
    /** Longest time that the chip does not answer because of a write, in ms; 0 for FRAM. */
    readonly writeCycleMs: number
}

/** FRAM such as Fujitsu's MB85RC256V (32 KB, 10^12 writes). */
export function fram(address: number, kilobytes: number): MemoryChip {
    return { model: "fram", address, bytes: kilobytes * 1024, pageBytes: 0, writeCycleMs: 0 }
}

/** EEPROM such as Microchip's AT24C256 (32 KB, pages of 64 bytes, 10^6 writes of each) and its many relatives. */
export function eeprom(address: number, kilobytes: number, pageBytes: number): MemoryChip {
    return { model: "eeprom", address, bytes: kilobytes * 1024, pageBytes, writeCycleMs: 5 }
}

/** Bytes of a slot: whole pages on every EEPROM. */
const SLOT_BYTES = 256
/** Most bytes in one transfer: the firmware gives each phase 20 ms, which is some 200 bytes at 100 kHz. */
const TRANSFER_BYTES = 64
/** Extra polls of 1 ms beyond the write cycle of the data sheet; a tick of the ESP32 is 10 ms. */
const SPARE_POLLS = 10

/** Slots in an FRAM or EEPROM on the I2C bus. Every reading is written to an FRAM at once; an EEPROM would wear out. */
export class I2cSlots implements EagerStore {
    readonly name: string
    readonly slots: number
    readonly eager: boolean
    private stages = 0

    /** @param size bytes of a slot */
    constructor(
        private readonly bus: I2cBus,
        private readonly chip: MemoryChip,
        readonly size = SLOT_BYTES,
    ) {
        this.name = chip.model
        this.eager = chip.writeCycleMs === 0
        this.slots = Math.floor(chip.bytes / size) - (this.eager ? STAGES : 0)
    }

    async stage(block: Buffer) {
        this.stages++
        await this.write(this.slots + (this.stages % STAGES), block)
    }

    async read(slot: number): Promise<Buffer> {
        const content = Buffer.alloc(this.size)
        for (let done = 0; done < this.size; ) {
            const count = Math.min(this.size - done, TRANSFER_BYTES)
            const part = await this.transfer(slot, this.addressed(slot * this.size + done, 0), count)
            content.blitAt(done, part, 0, count)
            done = done + count
        }
        // bus transfers block the whole program
        await ds.sleep(1)
        return content
    }

    async write(slot: number, data: Buffer) {
        if (data.length > this.size) throw new RangeError("too long for a slot")
        for (let done = 0; done < data.length; ) {
            const address = slot * this.size + done
            const count = Math.min(data.length - done, this.room(address))
            const message = this.addressed(address, count)
            message.blitAt(2, data, done, count)
            await this.transfer(slot, message, 0)
            done = done + count
        }
        await verify(this, slot, data)
    }

    /** How many bytes can be written in one transfer, starting at an address. */
    private room(address: number): number {
        const { pageBytes } = this.chip
        return pageBytes === 0 ? TRANSFER_BYTES : Math.min(pageBytes - (address % pageBytes), TRANSFER_BYTES)
    }

    /** A message that begins with an address, high byte first, and has room for `count` bytes. */
    private addressed(address: number, count: number): Buffer {
        const message = Buffer.alloc(2 + count)
        message[0] = address >> 8
        message[1] = address & 0xff
        return message
    }

    /** Repeats a transfer until the chip acknowledges: an EEPROM does not acknowledge its address during a write. */
    private async transfer(slot: number, message: Buffer, numRead: number): Promise<Buffer> {
        const { writeCycleMs, address } = this.chip
        for (let polls = writeCycleMs === 0 ? 1 : writeCycleMs + SPARE_POLLS; ; polls--) {
            try {
                return await this.bus.xfer(address, message, numRead)
            } catch (e) {
                if (polls <= 1) throw new SlotError(this.name, slot, (e as Error).message)
            }
            await ds.sleep(1)
        }
    }
}
