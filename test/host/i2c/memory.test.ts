import { expect, test } from "vitest"
import { Memory } from "../../../sim/i2c/memory"
import { AT24C256, MB85RC256V, MemoryChip, type MemoryPart } from "../../../sim/i2c/memory-chip"
import { ManualClock } from "../emoncms/manual-clock"

/** How long the programming of a page takes at most (data sheet of the AT24C256C). */
const WRITE_CYCLE_MS = 5

function solder(part: MemoryPart) {
    const clock = new ManualClock(0)
    const memory = new Memory(part, () => clock.now())
    const write = (...bytes: number[]) => memory.write(Buffer.from(bytes))
    const read = (high: number, low: number, count: number) => {
        const bytes = Buffer.alloc(count)
        return write(high, low) && memory.read(bytes) ? [...bytes] : "not acknowledged"
    }
    return { clock, memory, write, read }
}

test("an EEPROM does not answer while it programs a page", () => {
    const { clock, write, read } = solder(AT24C256)
    expect(write(0, 0x7e, 1, 2, 3)).toBe(true)
    clock.advance(WRITE_CYCLE_MS - 1)
    expect(read(0, 0x7e, 2)).toBe("not acknowledged")
    clock.advance(1)
    expect(read(0, 0x7e, 3)).toEqual([1, 2, 0xff])
    expect(read(0, 0x40, 1)).toEqual([3])
})

test("an FRAM answers at once", () => {
    const { write, read } = solder(MB85RC256V)
    expect(write(0x7f, 0xff, 1, 2)).toBe(true)
    expect(read(0x7f, 0xff, 2)).toEqual([1, 2])
    expect(read(0, 0, 2)).toEqual([2, 0])
})

test("a power cut spoils one byte in an FRAM", () => {
    const { memory, write, read } = solder(MB85RC256V)
    memory.chip.cutPowerAfter(2)
    expect(write(0, 0, 1, 2, 3, 4)).toBe(false)
    expect(read(0, 0, 4)).toBe("not acknowledged")
    memory.losePower()
    const [first, second, third, fourth] = read(0, 0, 4)
    expect([first, second, fourth]).toEqual([1, 2, 0])
    expect(third).not.toBe(3)
})

test("a power cut spoils everything that an EEPROM was to program", () => {
    const { memory, write, read } = solder(AT24C256)
    memory.chip.cutPowerAfter(2)
    expect(write(0, 0x80, 1, 2, 3, 4)).toBe(false)
    memory.losePower()
    const left = read(0, 0x7f, 6) as number[]
    expect([left[0], left[5]]).toEqual([0xff, 0xff])
    for (const [i, byte] of [1, 2, 3, 4].entries()) expect(left[1 + i]).not.toBe(byte)
})

test("a chip on a bus of its own answers to its address only", async () => {
    const chip = new MemoryChip({ ...MB85RC256V, address: 0x51 }, () => 0)
    await chip.xfer(0x51, Buffer.from([0, 9, 7]))
    expect([...(await chip.xfer(0x51, Buffer.from([0, 9]), 1))]).toEqual([7])
    await expect(chip.xfer(0x50, Buffer.from([0, 9]), 1)).rejects.toThrow("no device 80")
})
