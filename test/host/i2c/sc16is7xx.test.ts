import { expect, test } from "vitest"
import { Sc16is7xxChip } from "../../../sim/i2c/sc16is7xx"
import type { Character } from "../../../sim/i2c/sc16is7xx-channel"

/** Registers and bits of the data sheet. */
const FCR = 2
const LCR = 3
const LSR = 5
const SPR = 7
const STOP_CHARACTER = 7
const RXLVL = 9
const EIGHT_BITS = 0x03
const ENHANCED_SET = 0xbf
const FIFO_ON = 0x01
const DATA_READY = 0x01
const OVERRUN = 0x02

function solder(arriving: Character[] = []) {
    const end = { hear: () => {}, arrived: () => arriving.splice(0) }
    const chip = new Sc16is7xxChip(0x48, 14_745_600, [end], () => 0)
    const write = (register: number, value: number) => chip.write(Buffer.from([register << 3, value]))
    const read = (register: number) => {
        const value = Buffer.alloc(1)
        chip.write(Buffer.from([register << 3]))
        chip.read(value)
        return value[0]
    }
    return { write, read }
}

test("the enhanced registers are others than those in the same place", () => {
    const { write, read } = solder()
    write(LCR, EIGHT_BITS)
    write(SPR, 0x5a)
    write(LCR, ENHANCED_SET)
    write(STOP_CHARACTER, 0x13)
    expect(read(STOP_CHARACTER)).toBe(0x13)
    write(LCR, EIGHT_BITS)
    expect(read(SPR)).toBe(0x5a)
})

test.each([
    [64, DATA_READY],
    [65, DATA_READY | OVERRUN],
])("the FIFO keeps 64 of %i characters, and reports a loss once", (count, status) => {
    const arriving: Character[] = []
    const { write, read } = solder(arriving)
    write(LCR, EIGHT_BITS)
    write(FCR, FIFO_ON)
    for (let value = 0; value < count; value++) arriving.push({ at: 0, value })
    expect(read(RXLVL)).toBe(64)
    expect(read(LSR)! & (DATA_READY | OVERRUN)).toBe(status)
    expect(read(LSR)! & (DATA_READY | OVERRUN)).toBe(DATA_READY)
})
