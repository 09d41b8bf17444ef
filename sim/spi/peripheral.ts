import { type SpiConfig, SpiError } from "../vm/natives"
import { type Chip, spiClock } from "./chip"
import type { Level, Signal } from "./signal"

/** Longest transfer of the firmware, in bytes. */
const BLOCK_SIZE = 4096

/** What is soldered to MOSI and MISO. Times are in microseconds. */
export interface PinLine {
    /** The controller's MOSI pin. */
    readonly txd: Signal
    /** What the controller reads on its MISO pin, as far as the line has been advanced. */
    readonly rxd: Level
    /** Simulates the line up to `time`. The controller's pins must be known up to then. */
    advance(time: number): void
    /** Forgets what happened before `time`. */
    forget(time: number): void
}

/** A transfer that has begun. */
export interface Transfer {
    readonly start: number
    readonly endsAt: number
    /** Number of bits, and the duration of one bit. */
    readonly count: number
    readonly bit: number
}

/**
 * The SPI peripheral of a chip, with MOSI and MISO on a serial line and SCK unconnected.
 *
 * A transfer shifts its bits out on MOSI, most significant first, at the clock the chip really generates, and samples MISO
 * in the middle of each bit.
 */
export class SpiPeripheral {
    /** The configurations that the program asked for, oldest first. */
    readonly configurations: SpiConfig[] = []
    transfers = 0
    private clock = 0

    constructor(
        readonly chip: Chip,
        public line: PinLine,
    ) {}

    /** @param now in microseconds */
    configure(config: SpiConfig, now: number): void {
        this.configurations.push(config)
        this.clock = spiClock(this.chip, config.hz)
        if (this.chip.mosiIdle === "last bit") this.line.txd.set(now, false)
    }

    /**
     * Shifts `tx` out and returns the samples taken meanwhile.
     *
     * @param now in microseconds
     * @throws SpiError
     */
    transfer(tx: Uint8Array, now: number): { samples: Uint8Array; endsAt: number } {
        const transfer = this.begin(tx, now)
        return { samples: this.end(transfer), endsAt: transfer.endsAt }
    }

    /**
     * Puts `tx` on MOSI.
     *
     * @param now in microseconds
     * @throws SpiError
     */
    begin(tx: Uint8Array, now: number): Transfer {
        if (this.clock === 0) throw new SpiError("SPI busy", -1)
        if (tx.length > BLOCK_SIZE) throw new SpiError("SPI error", -2)
        this.transfers++
        const bit = 1e6 / this.clock
        const count = tx.length * 8
        const { txd } = this.line
        let level = txd.last
        for (let i = 0; i < count; i++) {
            const next = ((tx[i >> 3]! >> (7 - (i & 7))) & 1) === 1
            if (next !== level) txd.set(now + i * bit, next)
            level = next
        }
        const endsAt = now + count * bit
        if (this.chip.mosiIdle === "high") txd.set(endsAt, true)
        return { start: now, endsAt, count, bit }
    }

    /** Returns the samples of MISO taken during the transfer. */
    end({ start, endsAt, count, bit }: Transfer): Uint8Array {
        this.line.advance(endsAt)
        const samples = this.sample(count, start + bit / 2, bit)
        this.line.forget(start - 1e6)
        return samples
    }

    /** Samples MISO `count` times from `start` on. */
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
