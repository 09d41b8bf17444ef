import * as ds from "@devicescript/core"
import type { I2cDevice } from "./i2c-bus"
import type { LineEnd } from "./line-end"
import { ModelChannel } from "./model-channel"

const IO_CONTROL = 14
const SOFTWARE_RESET = 0x08

/**
 * A model of the SC16IS740/750 (one line) and SC16IS752 (two), made from the data sheet and not from the driver:
 * sub-address, register sets, FIFOs, status, loopback, and characters that take their time.
 */
export class ModelChip implements I2cDevice {
    private readonly channels: ModelChannel[]
    /** Where the next read begins. */
    private subAddress = 0

    constructor(
        readonly address: number,
        crystalHz: number,
        lines: LineEnd[],
    ) {
        this.channels = lines.map(line => new ModelChannel(crystalHz, line))
    }

    /** Its supply has dipped. */
    powerDip(): void {
        for (const channel of this.channels) channel.reset()
    }

    write(bytes: Buffer): boolean {
        this.subAddress = bytes[0]
        const channel = this.channel()
        const place = this.place()
        for (let i = 1; i < bytes.length; i++) {
            if (place === IO_CONTROL && bytes[i] & SOFTWARE_RESET) {
                this.powerDip()
                return false
            }
            if (channel) channel.write(place, bytes[i], ds.millis())
        }
        return true
    }

    read(bytes: Buffer): void {
        const channel = this.channel()
        for (let i = 0; i < bytes.length; i++) {
            bytes[i] = channel ? channel.read(this.place(), ds.millis()) : 0
        }
    }

    private channel(): ModelChannel {
        return this.channels[(this.subAddress >> 1) & 3]
    }

    private place(): number {
        return this.subAddress >> 3
    }
}
