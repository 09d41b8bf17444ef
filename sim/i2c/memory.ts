import type { I2cDevice } from "./bus"
import { MemoryChip, type MemoryPart, NotAcknowledged } from "./memory-chip"

/** A memory chip as a device on a bus. */
export class Memory implements I2cDevice {
    readonly address: number
    readonly chip: MemoryChip
    private gone = false

    /** @param now a clock in ms */
    constructor(part: MemoryPart, now: () => number) {
        this.address = part.address
        this.chip = new MemoryChip(part, now)
    }

    write(bytes: Buffer): boolean {
        return this.acknowledged(() => this.chip.transfer(this.address, bytes, 0)) !== undefined
    }

    read(bytes: Buffer): boolean {
        const read = this.acknowledged(() => this.chip.transfer(this.address, Buffer.alloc(0), bytes.length))
        if (read) bytes.set(read)
        return read !== undefined
    }

    losePower(): void {
        this.gone = true
    }

    private acknowledged(transfer: () => Buffer): Buffer | undefined {
        if (this.gone) this.chip.powerUp()
        this.gone = false
        try {
            return transfer()
        } catch (error) {
            if (error instanceof NotAcknowledged) return undefined
            throw error
        }
    }
}
