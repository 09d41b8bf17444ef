import * as ds from "@devicescript/core"

/** `@devicescript/spi` wraps these calls of the firmware, but allocates a buffer for every transfer. */
type Firmware = typeof ds & {
    spiConfigure(miso: number, mosi: number, sck: number, mode: number, hz: number): void
    spiXfer(tx: Buffer, rx: Buffer | null): Promise<void>
}

/**
 * Sets up the chip's SPI peripheral without a clock pin.
 *
 * A second call with the same arguments does nothing, even if the first one failed.
 *
 * @throws RangeError from the firmware; TypeError in the simulator, which has no SPI
 */
export function configureSpi(mosi: ds.OutputPin, miso: ds.InputPin, hz: number) {
    ;(ds as Firmware).spiConfigure(miso.gpio, mosi.gpio, -1, 0, hz)
}

/** Sends `samples` and discards what comes in. */
export async function sendSamples(samples: Buffer) {
    await (ds as Firmware).spiXfer(samples, null)
}

/**
 * Sends `samples` and replaces them with what comes in meanwhile.
 *
 * Sending and receiving share the buffer: a byte is read before its first bit is sent, and overwritten after its last
 * bit has come in. ESP-IDF's own driver for SD cards does the same on every chip (`sdspi_host.c`).
 *
 * @param samples a multiple of 4 bytes, or the DMA writes beyond its end; at most `LONGEST_TRANSFER`
 * @throws RangeError from the firmware
 */
export async function exchangeSamples(samples: Buffer) {
    await (ds as Firmware).spiXfer(samples, samples)
}
