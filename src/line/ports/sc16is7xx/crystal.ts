import * as ds from "@devicescript/core"
import type { Chip } from "./chip"
import { DivisorLatch, Fcr, FIFO_SIZE, Lcr, Mcr, Register } from "./registers"

/** Crystals on modules on sale, and others that are usual for UARTs, in Hz. */
const USUAL = [
    1_843_200, 3_686_400, 4_000_000, 7_372_800, 8_000_000, 12_000_000, 14_745_600, 16_000_000, 24_000_000,
]

/** At this divisor the fastest crystal sends 54 characters in the time of a measurement, the slowest 4. */
const FIRST_DIVISOR = 1024
const MEASURE_MS = 360

/** What the second measurement aims at: nearly as many characters as the FIFO holds. */
const MANY_CHARACTERS = 50

/** Clock periods of a character of 10 bits, for each step of the divisor. */
const PERIODS = 16 * 10

/** How far the measured time may be off, by the firmware's timer of 10 ms and by other fibers. */
const TOLERANCE = 0.04

/**
 * Finds out the frequency of the chip's crystal: modules have different ones and do not tell.
 *
 * The chip talks to itself for a third of a second (loopback, nothing comes out), and the characters are counted that
 * it gets through: once to choose a divisor that makes many of them, and then with that one. The chip must be reset
 * afterwards.
 *
 * @returns Hz
 * @throws PortError when it is no usual crystal, or does not swing
 */
export async function measureCrystal(chip: Chip): Promise<number> {
    const rough = await measure(chip, FIRST_DIVISOR)
    const divisor = Math.round((rough * MEASURE_MS) / 1000 / PERIODS / MANY_CHARACTERS)
    const hz = await measure(chip, divisor)
    // The last character is on its way, half of one on average.
    const tolerance = TOLERANCE + 0.5 / MANY_CHARACTERS
    const usual = nearest(hz)
    if (Math.abs(hz / usual - 1) <= tolerance) return usual
    const about = Math.round(hz / 100_000) / 10
    throw chip.error(
        "its crystal of about " + about + " MHz is no usual one",
        "set crystalHz as the crystal says",
    )
}

/** Counts the characters that the chip sends to itself. @returns the frequency of the crystal that follows, in Hz */
async function measure(chip: Chip, divisor: number): Promise<number> {
    await chip.reset()
    await chip.write(Register.MCR, Mcr.Loopback)
    await setDivisor(chip, divisor, Lcr.EightDataBits)
    await chip.write(Register.FCR, Fcr.Enable | Fcr.ResetReceiver | Fcr.ResetTransmitter)
    // the time is only taken anew when a fiber has slept
    await ds.sleep(1)
    const start = ds.millis()
    await chip.writeMany(Register.Holding, Buffer.alloc(FIFO_SIZE))
    await ds.sleep(MEASURE_MS)
    const seconds = (ds.millis() - start) / 1000
    const characters = await chip.read(Register.RXLVL)
    if (characters === 0) throw chip.error("its crystal does not swing", "look at the crystal of the module")
    return ((characters + 0.5) * PERIODS * divisor) / seconds
}

function nearest(hz: number): number {
    let best = USUAL[0]
    for (const usual of USUAL) if (Math.abs(hz / usual - 1) < Math.abs(hz / best - 1)) best = usual
    return best
}

/** Sets how many clock periods a sixteenth of a bit takes, and what the characters look like. */
export async function setDivisor(chip: Chip, divisor: number, characters: number): Promise<void> {
    await chip.write(Register.LCR, Lcr.DivisorLatch)
    await chip.write(DivisorLatch.Low, divisor & 0xff)
    await chip.write(DivisorLatch.High, divisor >> 8)
    await chip.write(Register.LCR, characters)
}
