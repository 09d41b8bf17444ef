import * as ds from "@devicescript/core"
import "@devicescript/gpio"
import { withDeadline } from "../kernel/deadline"
import { describe } from "../kernel/fault"
import { type Port, PortError } from "./port"
import { BitTiming, type LineFormat } from "./spi-uart/bit-timing"
import { decode } from "./spi-uart/decoder"
import { diagnose, type LineCondition } from "./spi-uart/diagnosis"
import { encode } from "./spi-uart/encoder"
import { Reception } from "./spi-uart/reception"
import { idleTail, isLow } from "./spi-uart/samples"
import { configureSpi, exchangeSamples, LONGEST_TRANSFER, sendSamples } from "./spi-uart/spi"

/** Idle time before a request: 10 ms at 9600 bit/s, where Modbus asks for 4 ms. In SPI bytes. */
const LEAD_BYTES = 98

/** The least of it on slow lines: more than the 3.5 characters of 11 bits that Modbus asks for. In bits. */
const LEAD_BITS = 40

/** Idle time between a request and the fall of DE: a bit more than 1 ms at 9600 bit/s. In SPI bytes. */
const TAIL_BYTES = 12

/** The exchange that the shorter transfer is made for: the characters of a read request, and the time to answer. */
const USUAL_REQUEST = 8
const USUAL_TIMEOUT_MS = 200

/** Idle time after the set-up of the peripheral, which pulls the line low for a moment, in ms. */
const SETTLE_MS = 40

/** How much longer than calculated a transfer may take before the peripheral counts as broken, in ms. */
const GRACE_MS = 1000

/** Characters that are encoded without a pause. */
const BATCH = 64

const IDLE_WORD = hex`ffffffff`

export interface SpiUartOptions extends LineFormat {
    /** To the adapter's TXD or DI. */
    readonly mosi: ds.OutputPin
    /** From the adapter's RXD or RO; must have a pull-up inside the chip. */
    readonly miso: ds.InputPin
    /** To DE and /RE of an adapter that has them; left out for one that finds its direction by itself. */
    readonly de?: ds.OutputPin
}

/**
 * A UART on the stock firmware, which has none: MOSI sends the characters' waveform, MISO samples the line.
 *
 * Everything happens inside SPI transfers of fixed lengths. One transfer holds request and answer; with a DE pin
 * the answer has a second one. The port is deaf between transfers.
 *
 * Only the methods that a program uses get into its bytecode.
 *
 * @devsWhenUsed
 */
export class SpiUart implements Port {
    readonly name: string
    private readonly timing: BitTiming
    private readonly leadBytes: number
    private readonly tailBytes: number
    private readonly reception = new Reception()
    /** Three lengths of transfers: a request alone, a usual exchange, and as long as it goes. */
    private readonly brief: Buffer
    private readonly usual: Buffer
    private readonly longest: Buffer
    private echo: "none" | "right" | "wrong" = "none"
    /** The transfer that was decoded last. */
    private window: Buffer
    private openings = 0

    constructor(private readonly options: SpiUartOptions) {
        const timing = new BitTiming(options)
        this.timing = timing
        this.name = "spi-uart GPIO" + options.mosi.gpio + "/GPIO" + options.miso.gpio
        this.leadBytes = Math.max(LEAD_BYTES, Math.ceil((LEAD_BITS * timing.samplesPerBit) / 8))
        this.tailBytes = TAIL_BYTES + timing.stride
        const request = this.leadBytes + USUAL_REQUEST * timing.characterBytes
        this.brief = Buffer.alloc(roundUp4(request + this.tailBytes))
        this.longest = Buffer.alloc(LONGEST_TRANSFER)
        const usual = roundUp4(request + timing.bytesIn(USUAL_TIMEOUT_MS))
        this.usual = usual < LONGEST_TRANSFER ? Buffer.alloc(usual) : this.longest
    }

    async open() {
        const { mosi, miso, de } = this.options
        // The firmware skips a set-up that it has tried before. One Hz more is a new one, with the same clock.
        const hz = this.timing.sampleRate + (this.openings & 1)
        this.openings++
        try {
            if (de) de.setMode(ds.GPIOMode.OutputLow)
            mosi.setMode(ds.GPIOMode.OutputHigh)
            miso.setMode(ds.GPIOMode.InputPullUp)
            configureSpi(mosi, miso, hz)
            // The classic ESP32 holds MOSI low until the first transfer, then at the last bit that was sent.
            await sendSamples(IDLE_WORD)
        } catch (e) {
            throw this.broken("SPI cannot be set up", e as Error, "check the pins; the simulator has no SPI")
        }
        await ds.sleep(SETTLE_MS)
    }

    /**
     * Characters with framing or parity errors are left out, and so is an echo of the request. A time-out that is too
     * long for one transfer (400 ms at 9600 bit/s) takes several; what comes between two is lost.
     */
    async exchange(
        request: Buffer,
        timeoutMs: number,
        complete: (received: Buffer) => boolean,
    ): Promise<Buffer> {
        const timing = this.timing
        const hasDe = this.options.de !== undefined
        let missing = timing.bytesIn(timeoutMs)
        const sent = request.length * timing.characterBytes
        const line = this.transferFor(this.leadBytes + sent + (hasDe ? this.tailBytes : missing))
        const at = hasDe ? line.length - this.tailBytes - sent : this.leadBytes
        await this.draw(request, line, at)
        await this.transfer(line, hasDe)

        this.window = line
        let from = at + sent
        if (hasDe) {
            // The answer may come within milliseconds: listen first, decode later.
            from = 0
            await this.listen(this.transferFor(missing, line))
        }
        this.echo = hasDe && this.window === line ? "none" : this.findEcho(request, line, at)
        for (;;) {
            decode(this.window, from, this.window.length, timing, this.reception)
            missing -= this.window.length - from
            const received = this.reception.characters()
            const enough = complete(received) || missing <= 0
            await ds.sleep(0)
            if (enough) return received
            from = 0
            await this.listen(this.transferFor(missing, line))
        }
    }

    /** Where a character falls between two transfers it is counted twice or not at all. */
    async drain(silenceMs: number, limitMs: number): Promise<number> {
        const timing = this.timing
        const reception = this.reception
        const enough = timing.bytesIn(silenceMs)
        let silent = 0
        let drained = 0
        for (let left = timing.bytesIn(limitMs); silent < enough && left > 0; left -= this.brief.length) {
            await this.listen(this.brief)
            reception.clear()
            decode(this.brief, 0, this.brief.length, timing, reception)
            drained += reception.length + reception.framingErrors + reception.parityErrors
            const idle = idleTail(this.brief)
            silent = idle === this.brief.length ? silent + idle : idle
        }
        return drained
    }

    /**
     * Names what the line showed in the last exchange.
     *
     * @param understood whether the caller could read what it got: `true` for a frame with a right checksum from the
     * slave that was asked, even if it is an exception
     */
    diagnose(understood: boolean): LineCondition {
        const reception = this.reception
        return diagnose(
            {
                stuckLow: isLow(this.window),
                echo: this.echo,
                characters: reception.length,
                errors: reception.framingErrors + reception.parityErrors + reception.falseStarts,
            },
            understood,
        )
    }

    /** The shortest transfer that holds `bytes`, or the longest; not `taken`, where there is a choice. */
    private transferFor(bytes: number, taken?: Buffer): Buffer {
        if (bytes <= this.brief.length && taken !== this.brief) return this.brief
        if (bytes <= this.usual.length && taken !== this.usual) return this.usual
        return taken === this.longest ? this.usual : this.longest
    }

    private async draw(request: Buffer, line: Buffer, at: number) {
        const { timing, name } = this
        if (at < this.leadBytes || at + request.length * timing.characterBytes > line.length)
            throw new PortError(
                name,
                "a request of " + request.length + " characters is too long",
                "raise the baud rate",
            )
        line.fillAt(0, line.length, 0xff)
        for (let i = 0; i < request.length; i++) {
            if (i % BATCH === 0) await ds.sleep(0)
            encode(request[i], timing, line, at + i * timing.characterBytes)
        }
    }

    private async listen(window: Buffer) {
        window.fillAt(0, window.length, 0xff)
        this.window = window
        await this.transfer(window, false)
    }

    /** @param driving whether DE must be high meanwhile */
    private async transfer(line: Buffer, driving: boolean) {
        const de = this.options.de
        if (driving) de.setMode(ds.GPIOMode.OutputHigh)
        try {
            await withDeadline("SPI transfer", this.timing.duration(line.length) + GRACE_MS, async () => {
                await exchangeSamples(line)
                if (driving) de.setMode(ds.GPIOMode.OutputLow)
            })
        } catch (e) {
            if (driving) de.setMode(ds.GPIOMode.OutputLow)
            throw this.broken("an SPI transfer failed", e as Error, "open the port again")
        }
    }

    private findEcho(request: Buffer, line: Buffer, at: number): "none" | "right" | "wrong" {
        const { reception, timing } = this
        reception.clear()
        decode(line, at, at + request.length * timing.characterBytes, timing, reception)
        const errors = reception.framingErrors + reception.parityErrors + reception.falseStarts
        const heard = reception.characters()
        reception.clear()
        if (errors === 0 && heard.length === 0) return "none"
        return heard.toString("hex") === request.toString("hex") ? "right" : "wrong"
    }

    private broken(what: string, reason: Error, cure: string): PortError {
        return new PortError(this.name, what + ": " + describe(reason), cure)
    }
}

function roundUp4(bytes: number): number {
    return ((bytes + 3) >> 2) << 2
}
