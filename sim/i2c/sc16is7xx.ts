import { type LineEnd, Sc16is7xxChannel } from "./sc16is7xx-channel"

const IO_CONTROL = 14
const SOFTWARE_RESET = 0x08

/**
 * A model of the SC16IS740/750 (one line) and SC16IS752 (two), written from the data sheet and not from the driver:
 * sub-address, register sets, FIFOs, status, loopback, and the duration of characters.
 */
export class Sc16is7xxChip {
    private readonly channels: Sc16is7xxChannel[]
    /** Sub-address of the next read. */
    private subAddress = 0

    /**
     * @param address I2C address, 7 bits
     * @param now a clock in ms
     */
    constructor(
        readonly address: number,
        crystalHz: number,
        lines: LineEnd[],
        private readonly now: () => number,
    ) {
        this.channels = lines.map(line => new Sc16is7xxChannel(crystalHz, line))
    }

    /** A dip of its supply: resets all registers. */
    powerDip(): void {
        for (const channel of this.channels) channel.reset()
    }

    /** @returns whether it acknowledges every byte */
    write(bytes: Buffer): boolean {
        this.subAddress = bytes[0] as number
        const channel = this.channel()
        const place = this.place()
        for (let i = 1; i < bytes.length; i++) {
            const value = bytes[i] as number
            if (place === IO_CONTROL && value & SOFTWARE_RESET) {
                this.powerDip()
                return false
            }
            if (channel) channel.write(place, value, this.now())
        }
        return true
    }

    /** Fills the buffer. */
    read(bytes: Buffer): void {
        const channel = this.channel()
        for (let i = 0; i < bytes.length; i++) {
            bytes[i] = channel ? channel.read(this.place(), this.now()) : 0
        }
    }

    /** Simulates everything up to now. @returns when the next character will have been sent; `undefined` if none is waiting */
    advance(): number | undefined {
        const now = this.now()
        let next: number | undefined
        for (const channel of this.channels) {
            const due = channel.advance(now)
            if (due !== undefined && (next === undefined || due < next)) next = due
        }
        return next
    }

    private channel(): Sc16is7xxChannel | undefined {
        return this.channels[(this.subAddress >> 1) & 3]
    }

    private place(): number {
        return this.subAddress >> 3
    }
}
