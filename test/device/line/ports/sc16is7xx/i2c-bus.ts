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

/** What the firmware returns for a failure while it wrote or read, see `impl_dsi2c.c`. */
const WRITE_FAILED = -1
const READ_FAILED = -2

/**
 * Takes the place of the firmware's I2C, which the simulator does not have. The driver and `@devicescript/i2c` run as
 * they are.
 */
export class I2cBus {
    readonly devices: I2cDevice[] = []
    /** All bytes written, one string for each transaction: address, then what was written. */
    readonly written: string[] = []
    /** Something holds SDA low: the firmware gives up after a second. */
    stuck = false
    /** Breaks off this many of the following reads. */
    brokenReads = 0
    /** Lets this many of the following writes without acknowledgement. */
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
