import type { I2c } from "../vm/natives"

/** A device on an I2C bus. */
export interface I2cDevice {
    /** 7 bits */
    readonly address: number
    /** @returns whether it acknowledges every byte */
    write(bytes: Buffer): boolean
    /** Fills the buffer. @returns whether it acknowledges its address */
    read(bytes: Buffer): boolean
    /** Loses its supply. */
    losePower(): void
}

/** An I2C bus with devices on it. */
export class I2cBus implements I2c {
    constructor(private readonly devices: readonly I2cDevice[]) {}

    transact(
        address: number,
        written: Uint8Array,
        count: number,
    ): Uint8Array | "write failed" | "read failed" {
        const device = this.devices.find(device => device.address === address)
        if (!device?.write(Buffer.from(written))) return "write failed"
        const bytes = Buffer.alloc(count)
        return count === 0 || device.read(bytes) ? bytes : "read failed"
    }

    losePower(): void {
        for (const device of this.devices) device.losePower()
    }
}
