import * as ds from "@devicescript/core"
import "./spi-uart/pins"
import { withDeadline } from "../../kernel/deadline"
import { describe } from "../../kernel/fault"
import { type Port, PortError } from "./port"
import { BitTiming, type LineFormat } from "./spi-uart/bit-timing"
import { decode } from "./spi-uart/decoder"
import { encode } from "./spi-uart/encoder"
import { Reception } from "./spi-uart/reception"
import { idleTail, skipHigh } from "./spi-uart/samples"
import { configureSpi, exchangeSamples, sendSamples } from "./spi-uart/spi"
import { briefBytes, leadBytes, longBytes, tailBytes } from "./spi-uart/transfer-lengths"

/** Idle time after the peripheral is set up, which can pull the line low for a moment, in ms. */
const SETTLE_MS = 40

/** How much longer than calculated a transfer can take before the peripheral counts as broken, in ms. */
const GRACE_MS = 1000

/** Characters encoded without a pause. */
const BATCH = 64

const IDLE_WORD = hex`ffffffff`

export interface SpiUartOptions extends LineFormat {
    /** To the adapter's TXD or DI. */
    readonly mosi: ds.OutputPin
    /** From the adapter's RXD or RO; must have a pull-up inside the chip. */
    readonly miso: ds.InputPin
    /** To DE and /RE of an adapter that has them; omitted for one that switches direction by itself. */
    readonly de?: ds.OutputPin
}

/**
 * A UART on the stock firmware, which has none: MOSI sends the characters' waveform, MISO samples the line.
 *
 * Everything happens inside SPI transfers of fixed lengths. One transfer holds request and answer; with a DE pin the
 * answer gets a second one. The port is deaf between transfers.
 *
 * Only the methods that a program uses get into its bytecode.
 *
 * @devsWhenUsed
 */
export class SpiUart implements Port {
    readonly name: string
    latencyMs: number | undefined = undefined
    protected readonly timing: BitTiming
    /** Bytes of idle line at the start of a transfer with a request. */
    private readonly lead: number
    /** Holds a request alone. A transfer is as long as its buffer, so each of the two lengths has its own. */
    private readonly brief: Buffer
    /** Holds a request, and time for the answer. */
    private readonly long: Buffer
    protected readonly reception = new Reception()
    /** Buffer of the last transfer. */
    protected window: Buffer
    private openings = 0

    constructor(protected readonly options: SpiUartOptions) {
        this.name = "spi-uart GPIO" + options.mosi.gpio + "/GPIO" + options.miso.gpio
        this.timing = new BitTiming(options)
        this.lead = leadBytes(this.timing)
        this.brief = Buffer.alloc(briefBytes(this.timing))
        this.long = Buffer.alloc(longBytes(this.timing))
        this.window = this.brief
    }

    async open() {
        const { mosi, miso, de } = this.options
        // The firmware skips a set-up that it has tried before. One Hz more makes it a new one, with the same clock.
        const hz = this.timing.sampleRate + (this.openings & 1)
        this.openings++
        try {
            if (de) de.setMode(ds.GPIOMode.OutputLow)
            mosi.setMode(ds.GPIOMode.OutputHigh)
            miso.setMode(ds.GPIOMode.InputPullUp)
            configureSpi(mosi, miso, hz)
            // The classic ESP32 holds MOSI low until the first transfer, then at the last bit sent.
            await sendSamples(IDLE_WORD)
        } catch (e) {
            throw this.broken("SPI cannot be set up", e as Error, "check the pins; the simulator has no SPI")
        }
        await ds.sleep(SETTLE_MS)
    }

    /**
     * The result leaves out characters with framing or parity errors, and an echo of the request. A time-out that is too
     * long for one transfer (200 ms at 9600 bit/s) takes several. Characters between two transfers are lost.
     */
    async exchange(
        request: Buffer,
        timeoutMs: number,
        complete: (received: Buffer) => boolean,
    ): Promise<Buffer> {
        const { timing, lead, reception } = this
        const tail = tailBytes(timing)
        const { de } = this.options
        let missing = timing.bytesIn(timeoutMs)
        const sent = request.length * timing.characterBytes
        const line = this.holding(lead + sent + (de ? tail : missing))
        const at = de ? line.length - tail - sent : lead
        await this.draw(request, line, at)
        await this.transfer(line, de)
        // With a DE pin the answer can come within milliseconds: listen first, decode later.
        if (de) await this.listen(this.long)
        this.sent(request, line, at)
        await ds.sleep(0)

        reception.clear()
        this.latencyMs = undefined
        let from = de ? 0 : at + sent
        let heard = 0
        let received = Buffer.alloc(0)
        for (;;) {
            const { window } = this
            const begin = skipHigh(window, from)
            received = Buffer.concat(received, decode(window, begin, window.length, timing, reception))
            if (reception.length > 0 && this.latencyMs === undefined)
                this.latencyMs = timing.duration(heard + begin - from)
            heard += window.length - from
            missing -= window.length - from
            const enough = complete(received) || missing <= 0
            await ds.sleep(0)
            if (enough) return received
            from = 0
            await this.listen(this.holding(missing))
        }
    }

    /** A character that falls between two transfers is counted twice or not at all. */
    async drain(silenceMs: number, limitMs: number): Promise<number> {
        const { timing, reception } = this
        const line = this.brief
        const enough = timing.bytesIn(silenceMs)
        let silent = 0
        let drained = 0
        for (let left = timing.bytesIn(limitMs); silent < enough && left > 0; left -= line.length) {
            await this.listen(line)
            reception.clear()
            decode(line, 0, line.length, timing, reception)
            drained += reception.length + reception.framingErrors + reception.parityErrors
            const idle = idleTail(line)
            silent = idle === line.length ? silent + idle : idle
        }
        return drained
    }

    /** For subclasses: the request has been sent, and `line` holds what came in meanwhile, from `at` on. */
    protected sent(_request: Buffer, _line: Buffer, _at: number) {}

    /** The shorter buffer if it can hold `bytes`, otherwise the longer one. */
    private holding(bytes: number): Buffer {
        return bytes <= this.brief.length ? this.brief : this.long
    }

    private async draw(request: Buffer, line: Buffer, at: number) {
        const timing = this.timing
        if (at < this.lead || at + request.length * timing.characterBytes > line.length) {
            const cause = "a request of " + request.length + " characters is longer than a transfer"
            throw new PortError(this.name, cause, "send shorter requests or raise the baud rate")
        }
        line.fillAt(0, line.length, 0xff)
        for (let i = 0; i < request.length; i++) {
            if (i % BATCH === 0) await ds.sleep(0)
            encode(request[i], timing, line, at + i * timing.characterBytes)
        }
    }

    private async listen(line: Buffer) {
        line.fillAt(0, line.length, 0xff)
        await this.transfer(line, undefined)
    }

    /** @param de pin to keep high during the transfer; `undefined` for none */
    private async transfer(line: Buffer, de: ds.OutputPin | undefined) {
        this.window = line
        if (de) de.setMode(ds.GPIOMode.OutputHigh)
        try {
            await withDeadline("SPI transfer", this.timing.duration(line.length) + GRACE_MS, async () => {
                await exchangeSamples(line)
                if (de) de.setMode(ds.GPIOMode.OutputLow)
            })
        } catch (e) {
            if (de) de.setMode(ds.GPIOMode.OutputLow)
            throw this.broken("an SPI transfer failed", e as Error, "open the port again")
        }
    }

    private broken(what: string, reason: Error, cure: string): PortError {
        return new PortError(this.name, what + ": " + describe(reason), cure)
    }
}
