import * as ds from "@devicescript/core"
import { I2CError, i2c } from "@devicescript/i2c"
import { PortError } from "../port"
import { type DivisorLatch, IoControl, Register } from "./registers"

/** Range of the addresses that the pins A1 and A0 can select. */
const FIRST_ADDRESS = 0x48
const LAST_ADDRESS = 0x57

/**
 * A transaction that takes longer, in ms, means that something holds SDA or SCL low. A normal one takes less than a tenth
 * of it; the firmware gives up after a second.
 */
const STUCK_MS = 300

/** Two bytes that a bus without a chip does not return by chance. The second stays as the mark of a configured chip. */
const PATTERNS = [0xa5, 0x5a]
const MARK = 0x5a

const WIRING = "check SDA, SCL, GND and 3.3 V, the chip's I2C/SPI pin at 3.3 V, and the board's I2C pins"

/** The registers of one channel of an SC16IS7xx, over the board's I2C bus. Every failure is a {@link PortError}. */
export class Chip {
    private readonly channelBits: number

    constructor(
        /** Name of the port in errors. */
        readonly port: string,
        /** 7 bits */
        readonly address: number,
        channel: "A" | "B",
    ) {
        this.channelBits = channel === "B" ? 2 : 0
    }

    async read(register: Register): Promise<number> {
        return (await this.readMany(register, 1))[0]
    }

    /** Reads the same register `count` times: characters out of the FIFO. */
    async readMany(register: Register, count: number): Promise<Buffer> {
        try {
            return await i2c.readRegBuf(this.address, this.subAddress(register), count)
        } catch (e) {
            throw this.named(e as Error)
        }
    }

    async write(register: Register | DivisorLatch, value: number): Promise<void> {
        try {
            await i2c.writeReg(this.address, this.subAddress(register), value)
        } catch (e) {
            throw this.named(e as Error)
        }
    }

    /** Writes the same register repeatedly: characters into the FIFO. */
    async writeMany(register: Register, bytes: Buffer): Promise<void> {
        try {
            await i2c.writeRegBuf(this.address, this.subAddress(register), bytes)
        } catch (e) {
            throw this.named(e as Error)
        }
    }

    /**
     * Checks that the chip is there and has a scratch register, which no other chip in this address range has. Even if an
     * interrupted program has left another register set selected, the register in that place keeps a byte.
     * @throws PortError that names what was tried and what answered instead
     */
    async probe(): Promise<void> {
        const start = ds.millis()
        if (!(await this.answers(this.address))) {
            // the VM updates its time only when a fiber has slept
            await ds.sleep(1)
            if (ds.millis() - start > STUCK_MS) {
                throw this.error("the I2C bus is stuck", "something holds SDA or SCL low: " + WIRING)
            }
            throw await this.absent()
        }
        for (const pattern of PATTERNS) {
            await this.write(Register.SPR, pattern)
            if ((await this.read(Register.SPR)) === pattern) continue
            const cause = "the device at " + hexText(this.address) + " is not an SC16IS7xx"
            throw this.error(cause, "set i2cAddress to match the chip's pins A1 and A0")
        }
    }

    /** Puts all registers of both channels into their power-up state. */
    async reset(): Promise<void> {
        try {
            await i2c.writeReg(this.address, this.subAddress(Register.IOControl), IoControl.SoftwareReset)
        } catch (e) {
            // The chip resets before it acknowledges.
            if (!(e instanceof I2CError)) throw this.named(e as Error)
        }
        await ds.sleep(1)
    }

    /** Marks the chip as configured. */
    async mark(): Promise<void> {
        await this.write(Register.SPR, MARK)
    }

    /** Whether the chip still has its {@link mark}: a dip of its supply clears all registers. */
    async isMarked(): Promise<boolean> {
        return (await this.read(Register.SPR)) === MARK
    }

    error(cause: string, cure: string): PortError {
        return new PortError(this.port, cause, cure)
    }

    /** Whether any device answers. Only reads a register, so it changes nothing in a device of another kind. */
    private async answers(address: number): Promise<boolean> {
        try {
            await i2c.readReg(address, this.subAddress(Register.LSR))
            return true
        } catch (e) {
            if (e instanceof I2CError) return false
            throw this.named(e as Error)
        }
    }

    /** The error for a chip that is not at its address. Names the addresses that do answer. */
    private async absent(): Promise<PortError> {
        const found: string[] = []
        for (let address = FIRST_ADDRESS; address <= LAST_ADDRESS; address++) {
            if (await this.answers(address)) found.push(hexText(address))
            // an address without a device can take the firmware a while, during which nothing else runs
            await ds.sleep(1)
        }
        const cause = "no chip at " + hexText(this.address) + ", "
        const range = hexText(FIRST_ADDRESS) + " to " + hexText(LAST_ADDRESS)
        if (found.length === 0) return this.error(cause + "nor anywhere from " + range, WIRING)
        const others = found.join(" and ")
        return this.error(cause + "but a device at " + others, "if that is the chip, set i2cAddress to that")
    }

    private subAddress(register: Register | DivisorLatch): number {
        return (register << 3) | this.channelBits
    }

    private named(e: Error): PortError {
        if (!(e instanceof I2CError)) return this.error(e.message, "this port needs a board with I2C")
        const at = hexText(this.address)
        // -1: the firmware failed to write, -2: to read. The library types them as codes of another service.
        const status: number = e.status
        const failed = status === -2 ? " stops answering while it is read" : " does not acknowledge"
        return this.error(at + failed + " (I2C error " + status + ")", WIRING)
    }
}

function hexText(address: number): string {
    return "0x" + Buffer.from([address]).toString("hex")
}
