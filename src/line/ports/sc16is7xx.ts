import * as ds from "@devicescript/core"
import { characterMs, type LineSettings } from "./line-settings"
import type { Port } from "./port"
import { Chip } from "./sc16is7xx/chip"
import { measureCrystal, setDivisor } from "./sc16is7xx/crystal"
import { Efcr, Fcr, FIFO_SIZE, Lcr, Lsr, Register } from "./sc16is7xx/registers"

/** Longest answer kept, in bytes: twice a Modbus frame, to leave room for an echo and noise. */
const BUFFER_SIZE = 512

/** Pause between reads of the FIFO. The firmware's timers have steps of 10 ms; at 19200 bit/s the FIFO fills in 33 ms. */
const POLL_MS = 5

/** Tolerated error of the bit rate. A UART tolerates 4 %, of which the meter needs a part. */
const SPEED_TOLERANCE = 0.02

export interface Sc16is7xxOptions extends LineSettings {
    /** Address on the I2C bus, 7 bits. */
    readonly address: number
    /** Measured if omitted. */
    readonly crystalHz?: number
    /** Only an SC16IS752 has a channel B. */
    readonly channel: "A" | "B"
}

/** Receive errors that the chip has reported. */
export type ReceiveErrors = {
    /** How often characters were lost because the FIFO was not read in time. */
    overruns: number
    /** Characters without a stop bit: a wrong bit rate, noise, or two senders at once. */
    framingErrors: number
    /** How often the line was low for a whole character or longer. */
    breaks: number
}

/**
 * A UART chip on the I2C bus: SC16IS740, SC16IS750 or SC16IS752. The chip receives on its own, into a FIFO of 64
 * characters that the port reads every few ms.
 *
 * Its RTS pin is high while it sends, for DE and /RE of an RS485 adapter. With an adapter that switches direction by
 * itself, RTS stays unconnected.
 */
export class Sc16is7xx implements Port {
    readonly name = "sc16is7xx"
    readonly errors: ReceiveErrors = { overruns: 0, framingErrors: 0, breaks: 0 }
    private readonly chip: Chip
    private readonly characterMs: number
    private crystalHz: number | undefined
    private readonly bytes = Buffer.alloc(BUFFER_SIZE)
    private length = 0

    constructor(private readonly options: Sc16is7xxOptions) {
        this.chip = new Chip(this.name, options.address, options.channel)
        this.crystalHz = options.crystalHz
        this.characterMs = characterMs(options)
    }

    async open(): Promise<void> {
        const { chip } = this
        await chip.probe()
        if (this.crystalHz === undefined) this.crystalHz = await measureCrystal(chip)
        await chip.reset()
        const { parity, stopBits } = this.options
        let characters: number = Lcr.EightDataBits
        if (stopBits === 2) characters = characters | Lcr.TwoStopBits
        if (parity) characters = characters | (parity === "even" ? Lcr.EvenParity : Lcr.OddParity)
        await setDivisor(chip, this.divisor(this.crystalHz), characters)
        await chip.write(Register.EFCR, Efcr.RtsDirection | Efcr.RtsInverted)
        await chip.write(Register.FCR, Fcr.Enable | Fcr.ResetReceiver | Fcr.ResetTransmitter)
        await chip.mark()
    }

    async exchange(
        request: Buffer,
        timeoutMs: number,
        complete: (received: Buffer) => boolean,
    ): Promise<Buffer> {
        const { chip } = this
        if (!(await chip.isMarked())) {
            throw chip.error("the chip has lost its settings", "check its power supply and its reset pin")
        }
        await this.take()
        this.length = 0
        const deadline = ds.millis() + Math.ceil(request.length * this.characterMs) + timeoutMs
        await this.send(request, deadline)
        for (;;) {
            await this.take()
            const received = this.bytes.slice(0, this.length)
            if (complete(received)) return received
            if (ds.millis() >= deadline) {
                await this.checkSent()
                return received
            }
            await ds.sleep(POLL_MS)
        }
    }

    async drain(silenceMs: number, limitMs: number): Promise<number> {
        const limit = ds.millis() + limitMs
        let quietAt = ds.millis() + silenceMs
        let drained = 0
        // The last exchange has returned these.
        this.length = 0
        for (;;) {
            await this.take()
            if (this.length > 0) quietAt = ds.millis() + silenceMs
            drained += this.length
            this.length = 0
            const leftMs = Math.min(quietAt, limit) - ds.millis()
            if (leftMs <= 0) return drained
            await ds.sleep(Math.min(leftMs, POLL_MS))
        }
    }

    private divisor(crystalHz: number): number {
        const { chip } = this
        const { baud } = this.options
        const divisor = Math.max(1, Math.round(crystalHz / (16 * baud)))
        const speed = crystalHz / (16 * divisor)
        if (Math.abs(speed / baud - 1) <= SPEED_TOLERANCE) return divisor
        const cause = crystalHz + " Hz gives " + Math.round(speed) + " bit/s, not " + baud
        throw chip.error(cause, "check crystalHz, or set line and meters to another speed")
    }

    /** Writes the request into the FIFO, as far as there is room each time. */
    private async send(request: Buffer, deadline: number): Promise<void> {
        const { chip } = this
        let at = 0
        for (;;) {
            const room = await chip.read(Register.TXLVL)
            const end = Math.min(at + room, request.length)
            if (end > at) await chip.writeMany(Register.Holding, request.slice(at, end))
            at = end
            if (at === request.length) return
            if (ds.millis() >= deadline) await this.checkSent()
            await ds.sleep(POLL_MS)
        }
    }

    /** @throws PortError if the chip has not sent the whole request */
    private async checkSent(): Promise<void> {
        const { chip } = this
        if ((await chip.read(Register.LSR)) & Lsr.TransmitterEmpty) return
        throw chip.error("the chip does not send", "check its crystal, and crystalHz")
    }

    /** Moves the FIFO's characters into the buffer. Those that do not fit are lost. */
    private async take(): Promise<void> {
        const { chip } = this
        const status = await chip.read(Register.LSR)
        if (status & Lsr.Overrun) this.errors.overruns++
        if (!(status & Lsr.Received)) return
        const count = await chip.read(Register.RXLVL)
        if (count > FIFO_SIZE) {
            throw chip.error(
                "the chip reports " + count + " characters, but has room for 64",
                "shorten the I2C wires",
            )
        }
        if (status & Lsr.ErrorInFifo) await this.takeSingly(count)
        else if (count > 0) this.keep(await chip.readMany(Register.Holding, count))
    }

    /** Takes one character at a time, because the chip only shows the status of the first one in the FIFO. */
    private async takeSingly(count: number): Promise<void> {
        const { chip, errors } = this
        for (let i = 0; i < count; i++) {
            const status = await chip.read(Register.LSR)
            if (status & Lsr.Overrun) errors.overruns++
            if (status & Lsr.Break) errors.breaks++
            else if (status & Lsr.FramingError) errors.framingErrors++
            this.keep(await chip.readMany(Register.Holding, 1))
        }
    }

    private keep(characters: Buffer) {
        this.bytes.blitAt(this.length, characters, 0, characters.length)
        this.length = Math.min(this.length + characters.length, BUFFER_SIZE)
    }
}
