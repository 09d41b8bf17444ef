import type { Level, Signal } from "./signal"

/** How an RS485 adapter controls its driver. */
export type Direction =
    /** The driver is on while TXD is low, and `holdUs` longer. */
    | { kind: "automatic"; holdUs: number }
    /** The driver is on while the DE pin is high. */
    | { kind: "de-pin" }

export interface AdapterOptions {
    direction: Direction
    /** The receiver stays on while sending, so that the controller hears itself. */
    echo: boolean
}

/** An RS485 transceiver between the controller's pins and the bus. RXD is pulled up while the receiver is off. */
export class Adapter {
    /**
     * @param txd from the controller
     * @param de from the controller; ignored by an adapter without a DE pin
     */
    constructor(
        readonly options: AdapterOptions,
        private readonly txd: Signal,
        private readonly de: Signal,
    ) {}

    /** The level that the adapter drives onto the bus: low, or idle. */
    readonly bus: Level = {
        at: time => this.txd.at(time) || !this.driving(time),
        next: time => Math.min(this.txd.next(time), this.de.next(time)),
    }

    /** The level of RXD for a given level of the bus. */
    rxd(bus: Level): Level {
        return {
            at: time => {
                if (!this.driving(time)) return bus.at(time)
                return this.options.echo ? this.bus.at(time) : true
            },
            next: time => Math.min(bus.next(time), this.bus.next(time), this.releaseAfter(time)),
        }
    }

    private driving(time: number): boolean {
        const { direction } = this.options
        if (direction.kind === "de-pin") return this.de.at(time)
        return !this.txd.at(time) || time < this.txd.since(time) + direction.holdUs
    }

    /** When the hold time that is running at `time` ends; infinity if none is. */
    private releaseAfter(time: number): number {
        const { direction } = this.options
        if (direction.kind === "de-pin") return Number.POSITIVE_INFINITY
        const release = this.txd.since(time) + direction.holdUs
        return release > time ? release : Number.POSITIVE_INFINITY
    }
}
