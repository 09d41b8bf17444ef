import * as ds from "@devicescript/core"
import type { Chip } from "./chip"
import { DivisorLatch, Fcr, FIFO_SIZE, Lcr, Mcr, Register } from "./registers"

/** Crystals of modules on sale, and others that are usual for UARTs, in Hz. */
const USUAL = [
    1_843_200, 3_686_400, 4_000_000, 7_372_800, 8_000_000, 12_000_000, 14_745_600, 16_000_000, 24_000_000,
]

/** With this divisor the chip sends 54 characters during a measurement with the fastest crystal, 4 with the slowest. */
const FIRST_DIVISOR = 1024
const MEASURE_MS = 360

/** Target of the second measurement: nearly as many characters as the FIFO holds. */
const MANY_CHARACTERS = 50

/** Clock periods of a 10-bit character at divisor 1. */
const PERIODS = 16 * 10

/** Tolerated error of the measured time, caused by the firmware's 10 ms timer and by other fibers. */
const TOLERANCE = 0.04

/**
 * Measures the frequency of the chip's crystal, because modules differ and it cannot be read.
 *
 * The chip talks to itself for a third of a second (loopback, nothing leaves the chip) while its characters are counted:
 * once to choose a divisor that yields many characters, and then with that divisor. The chip must be reset afterwards.
 *
 * @returns Hz
 * @throws PortError if the crystal is not a usual one, or does not oscillate
 */
export async function measureCrystal(chip: Chip): Promise<number> {
    const rough = await measure(chip, FIRST_DIVISOR)
    const divisor = Math.round((rough * MEASURE_MS) / 1000 / PERIODS / MANY_CHARACTERS)
    const hz = await measure(chip, divisor)
    // The last character is only partly sent, half of it on average.
    const tolerance = TOLERANCE + 0.5 / MANY_CHARACTERS
    const usual = nearest(hz)
    if (Math.abs(hz / usual - 1) <= tolerance) return usual
    const about = Math.round(hz / 100_000) / 10
    throw chip.error(
        "its crystal of about " + about + " MHz is not a usual one",
        "set crystalHz to the value on the crystal",
    )
}

/** Counts the characters that the chip sends to itself. @returns the resulting frequency of the crystal in Hz */
async function measure(chip: Chip, divisor: number): Promise<number> {
    await chip.reset()
    await chip.write(Register.MCR, Mcr.Loopback)
    await setDivisor(chip, divisor, Lcr.EightDataBits)
    await chip.write(Register.FCR, Fcr.Enable | Fcr.ResetReceiver | Fcr.ResetTransmitter)
    // the VM updates its time only when a fiber has slept
    await ds.sleep(1)
    const start = ds.millis()
    await chip.writeMany(Register.Holding, Buffer.alloc(FIFO_SIZE))
    await ds.sleep(MEASURE_MS)
    const seconds = (ds.millis() - start) / 1000
    const characters = await chip.read(Register.RXLVL)
    if (characters === 0) throw chip.error("its crystal does not oscillate", "check the module's crystal")
    return ((characters + 0.5) * PERIODS * divisor) / seconds
}

function nearest(hz: number): number {
    let best = USUAL[0]
    for (const usual of USUAL) if (Math.abs(hz / usual - 1) < Math.abs(hz / best - 1)) best = usual
    return best
}

/** Sets the clock periods per sixteenth of a bit, and the format of the characters. */
export async function setDivisor(chip: Chip, divisor: number, characters: number): Promise<void> {
    await chip.write(Register.LCR, Lcr.DivisorLatch)
    await chip.write(DivisorLatch.Low, divisor & 0xff)
    await chip.write(DivisorLatch.High, divisor >> 8)
    await chip.write(Register.LCR, characters)
}
