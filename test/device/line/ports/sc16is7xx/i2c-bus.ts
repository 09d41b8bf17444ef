import * as ds from "@devicescript/core"

/** A device on the bus. */
export interface I2cDevice {
    /** 7 bits */
    readonly address: number
    /** @returns whether it acknowledges every byte */
    write(bytes: Buffer): boolean
    /** Fills the buffer. */
    read(bytes: Buffer): void
}

type Firmware = typeof ds & {
    _i2cTransaction(address: number, written: Buffer, read?: Buffer): Promise<number>
}

/** What the firmware returns after a failed write or read; see `impl_dsi2c.c`. */
const WRITE_FAILED = -1
const READ_FAILED = -2

/** Replaces the firmware's I2C, which the simulator lacks. The driver and `@devicescript/i2c` run unchanged. */
export class I2cBus {
    readonly devices: I2cDevice[] = []
    /** Everything written, one string per transaction: the address, then the bytes. */
    readonly written: string[] = []
    /** Whether something holds SDA low. The firmware then gives up after a second. */
    stuck = false
    /** How many of the next reads fail. */
    brokenReads = 0
    /** How many of the next writes get no acknowledgement. */
    brokenWrites = 0

    constructor() {
        const firmware = ds as Firmware
        firmware._i2cTransaction = this.transact
    }

    private async transact(address: number, written: Buffer, read: Buffer): Promise<number> {
        this.written.push(Buffer.from([address]).toString("hex") + " " + written.toString("hex"))
        if (this.stuck) {
            await ds.sleep(1000)
            return WRITE_FAILED
        }
        if (this.brokenWrites > 0 && !read) {
            this.brokenWrites--
            return WRITE_FAILED
        }
        const device = this.devices.find(d => d.address === address)
        if (!device?.write(written)) return WRITE_FAILED
        if (!read) return 0
        if (this.brokenReads > 0) {
            this.brokenReads--
            return READ_FAILED
        }
        device.read(read)
        return 0
    }
}
