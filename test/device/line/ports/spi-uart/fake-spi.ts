import * as ds from "@devicescript/core"

type Natives = typeof ds & {
    spiConfigure: (miso: number, mosi: number, sck: number, mode: number, hz: number) => void
    spiXfer: (tx: Buffer, rx: Buffer) => Promise<void>
}

/** Replaces pins and the firmware's SPI, which the simulator lacks. Logs everything that is done to it. */
export class FakeSpi {
    /** In order, for example `mosi 18`, `configure 78125`, `transfer 2140`. */
    readonly log: string[] = []
    /** The buffers of all transfers, as they were handed over. */
    readonly buffers: Buffer[] = []
    /** Puts the samples that the line receives into the buffer of a transfer. */
    hear: (samples: Buffer) => void = () => {}
    /** While set, what the set-up and each transfer throw. */
    setUpFailure: string
    transferFailure: string

    /** Replaces the firmware's functions. */
    install() {
        const self = this
        const natives = ds as Natives
        natives.spiConfigure = (miso: number, mosi: number, sck: number, mode: number, hz: number) => {
            self.log.push("configure " + miso + " " + mosi + " " + sck + " " + mode + " " + hz)
            if (self.setUpFailure) throw new RangeError(self.setUpFailure)
        }
        natives.spiXfer = async (tx: Buffer, rx: Buffer) => {
            if (!rx) {
                self.log.push("send " + tx.toString("hex"))
                return
            }
            self.log.push("transfer " + rx.length)
            self.buffers.push(rx)
            await ds.sleep(1)
            if (self.transferFailure) throw new RangeError(self.transferFailure)
            self.hear(rx)
        }
    }

    pin(name: string, gpio: number): ds.IOPin {
        const self = this
        const pin = {
            gpio,
            setMode: (mode: ds.GPIOMode) => {
                self.log.push(name + " " + mode)
            },
        }
        return pin as unknown as ds.IOPin
    }
}
