import type { Clock } from "../clock"
import type { SerialLine } from "../line/serial-line"
import { type Spi, type SpiConfig, SpiError } from "../vm/natives"
import type { Chip } from "./chip"
import { SpiPeripheral } from "./peripheral"
import { SerialPins } from "./serial-pins"
import { PIN_HIGH } from "./wire"

/** A chip's SPI peripheral with an RS485 adapter on MOSI and MISO, and a line behind it. */
export class SerialSpi implements Spi {
    private readonly pins: SerialPins
    private readonly peripheral: SpiPeripheral
    private busy = false

    /** @param de GPIO of the adapter's DE pin, if it has one */
    constructor(
        private readonly clock: Clock,
        chip: Chip,
        line: SerialLine,
        private readonly de?: number,
    ) {
        this.pins = new SerialPins(clock, line, de !== undefined)
        this.peripheral = new SpiPeripheral(chip, this.pins)
    }

    configure(config: SpiConfig): void {
        if (this.busy) throw new SpiError("SPI init failed", -100)
        this.peripheral.configure(config, this.pins.now)
    }

    transfer(sent: Uint8Array, done: (received: Uint8Array) => void): number {
        if (this.busy) throw new SpiError("SPI busy", -1)
        const transfer = this.peripheral.begin(sent, this.pins.now)
        const ms = (transfer.endsAt - transfer.start) / 1000
        this.pins.send(transfer.start, transfer.endsAt)
        this.busy = true
        this.clock.setTimeout(() => {
            this.busy = false
            done(this.peripheral.end(transfer))
        }, ms)
        return ms
    }

    /** Called when the program has set a pin. */
    setPin(gpio: number, mode: number): void {
        if (gpio === this.de) this.pins.de.set(this.pins.now, mode === PIN_HIGH)
    }
}
