import { type Chip, spiClock } from "./chip"
import type { Line } from "./line"

/** What the firmware answers to a call of its SPI functions. */
export class SpiError extends Error {
    /** @param code as in the firmware's `main/spi.c` */
    constructor(
        message: string,
        readonly code: number,
    ) {
        super(`${message}: ${code}`)
        this.name = "SpiError"
    }
}

/** Longest transfer of the firmware, in bytes. */
const BLOCK_SIZE = 4096

/** Settings of `spiConfigure`; -1 for a pin that is not used. */
export interface SpiConfig {
    miso: number
    mosi: number
    sck: number
    mode: number
    hz: number
}

/**
 * The SPI peripheral of a chip with MOSI and MISO on a serial line and SCK nowhere.
 *
 * A transfer puts its bits on MOSI one after the other, most significant first, at the clock the chip really makes,
 * and reads MISO in the middle of each.
 */
export class SpiPeripheral {
    /** What the program asked for, oldest first. */
    readonly configurations: SpiConfig[] = []
    transfers = 0
    private clock = 0

    constructor(
        readonly chip: Chip,
        public line: Line,
    ) {}

    /** @param now in microseconds */
    configure(config: SpiConfig, now: number): void {
        this.configurations.push(config)
        this.clock = spiClock(this.chip, config.hz)
        if (this.chip.mosiIdle === "last bit") this.line.txd.set(now, false)
    }

    /**
     * Shifts `tx` out and returns what came in meanwhile.
     *
     * @param now in microseconds
     * @throws SpiError
     */
    transfer(tx: Uint8Array, now: number): { samples: Uint8Array; endsAt: number } {
        if (this.clock === 0) throw new SpiError("SPI busy", -1)
        if (tx.length > BLOCK_SIZE) throw new SpiError("SPI error", -2)
        this.transfers++
        const bit = 1e6 / this.clock
        const count = tx.length * 8
        for (let i = 0; i < count; i++) {
            this.line.txd.set(now + i * bit, ((tx[i >> 3]! >> (7 - (i & 7))) & 1) === 1)
        }
        const endsAt = now + count * bit
        if (this.chip.mosiIdle === "high") this.line.txd.set(endsAt, true)
        this.line.advance(endsAt)
        const samples = this.sample(count, now + bit / 2, bit)
        this.line.forget(now - 1e6)
        return { samples, endsAt }
    }

    /** Reads MISO `count` times from `start` on. */
    private sample(count: number, start: number, interval: number): Uint8Array {
        const { rxd } = this.line
        const samples = new Uint8Array(count / 8)
        let i = 0
        while (i < count) {
            const level = rxd.at(start + i * interval)
            const change = rxd.next(start + i * interval)
            do {
                if (level) samples[i >> 3]! |= 0x80 >> (i & 7)
                i++
            } while (i < count && start + i * interval < change)
        }
        return samples
    }
}
