import * as ds from "@devicescript/core"
import type { Chip } from "./chip"
import { DivisorLatch, Fcr, FIFO_SIZE, Lcr, Mcr, Register } from "./registers"

/** Crystals on modules on sale, and others that are usual for UARTs, in Hz. */
const USUAL = [1_843_200, 3_686_400, 7_372_800, 12_000_000, 14_745_600, 16_000_000, 24_000_000]

/** At this divisor the fastest crystal sends 54 characters in the time of the measurement, the slowest 4. */
const DIVISOR = 1024
const MEASURE_MS = 360

/** Clock periods of a character of 10 bits. */
const PERIODS = 16 * DIVISOR * 10

/** How far the measured time may be off, by the firmware's timer of 10 ms and other fibers. */
const TOLERANCE = 0.04

/**
 * Finds out the frequency of the chip's crystal: modules have different ones and do not tell.
 *
 * The chip talks to itself for a third of a second (loopback, nothing comes out), and the characters are counted that
 * it gets through. It must be in the state after a reset, and must be reset afterwards.
 *
 * @returns Hz
 * @throws PortError when it is no usual crystal, or does not swing
 */
export async function measureCrystal(chip: Chip): Promise<number> {
    await chip.write(Register.MCR, Mcr.Loopback)
    await setDivisor(chip, DIVISOR, Lcr.EightDataBits)
    await chip.write(Register.FCR, Fcr.Enable | Fcr.ResetReceiver | Fcr.ResetTransmitter)
    // the time is only taken anew when a fiber has slept
    await ds.sleep(1)
    const start = ds.millis()
    await chip.writeMany(Register.Holding, Buffer.alloc(FIFO_SIZE))
    await ds.sleep(MEASURE_MS)
    const ms = ds.millis() - start
    const characters = await chip.read(Register.RXLVL)
    if (characters === 0) throw chip.error("its crystal does not swing", "look at the crystal of the module")
    const hz = characters < FIFO_SIZE ? usualCrystal(characters, ms) : undefined
    if (hz !== undefined) return hz
    const about = Math.round(((characters + 0.5) * PERIODS) / ms / 100) / 10
    throw chip.error(
        "its crystal of about " + about + " MHz is no usual one",
        "set crystalHz as the crystal says",
    )
}

/** Sets how many clock periods a sixteenth of a bit takes, and what the characters look like. */
export async function setDivisor(chip: Chip, divisor: number, characters: number): Promise<void> {
    await chip.write(Register.LCR, Lcr.DivisorLatch)
    await chip.write(DivisorLatch.Low, divisor & 0xff)
    await chip.write(DivisorLatch.High, divisor >> 8)
    await chip.write(Register.LCR, characters)
}

/** The usual crystal that comes nearest to so many whole characters in so many ms; `undefined` if none comes near. */
function usualCrystal(characters: number, ms: number): number {
    let best: number
    let least = 1
    for (const hz of USUAL) {
        const expected = (ms * hz) / 1000 / PERIODS
        // The last character is on its way: half of one, on average.
        const off = Math.abs(characters + 0.5 - expected) - 0.5
        const relative = off / expected
        if (relative < least) {
            least = relative
            best = hz
        }
    }
    return least <= TOLERANCE ? best : undefined
}
