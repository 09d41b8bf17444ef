import { describe, expect, test } from "@devicescript/test"
import { AT24C256, MB85RC256V } from "../../../sim/i2c/memory-chip"
import { eeprom, fram, I2cSlots } from "../../../src/device/i2c-slots"
import { SlotError } from "../../../src/device/slot-store"
import { busOf, chipOf } from "./bus"

function pattern(seed: number, length: number): Buffer {
    const data = Buffer.alloc(length)
    for (let i = 0; i < length; i++) data[i] = (i * 7 + seed * 13 + 1) & 0xff
    return data
}

function slotsInFram(): I2cSlots {
    return new I2cSlots(busOf(chipOf(MB85RC256V)), fram(0x50, 32), 224)
}

async function failure(action: () => Promise<void>): Promise<Error> {
    try {
        await action()
    } catch (e) {
        return e as Error
    }
    return undefined
}

describe("slots in a serial memory", () => {
    test("number 144 in a 32 KB FRAM and are eager", async () => {
        expect(slotsInFram().slots).toBe(144)
        expect(slotsInFram().eager).toBe(true)
    })

    test("are followed by two more that hold the block being filled in turn", async () => {
        const slots = slotsInFram()
        await slots.write(143, pattern(9, 224))
        for (let i = 1; i <= 3; i++) await slots.stage(pattern(i, 224))
        const staged = [await slots.read(144), await slots.read(145)].map(it => it.toString("hex"))
        expect(staged.includes(pattern(2, 224).toString("hex"))).toBe(true)
        expect(staged.includes(pattern(3, 224).toString("hex"))).toBe(true)
        expect((await slots.read(143)).toString("hex")).toBe(pattern(9, 224).toString("hex"))
    })

    test("return what was written to each of them", async () => {
        const slots = slotsInFram()
        for (let i = 0; i < slots.slots; i++) await slots.write(i, pattern(i, 224))
        for (let i = 0; i < slots.slots; i++) {
            expect((await slots.read(i)).toString("hex")).toBe(pattern(i, 224).toString("hex"))
        }
    })

    test("write an EEPROM page by page and wait for each write", async () => {
        const chip = chipOf(AT24C256)
        const slots = new I2cSlots(busOf(chip), eeprom(0x50, 32, 64), 224)
        expect(slots.eager).toBe(false)
        for (let i = 0; i < 5; i++) await slots.write(i, pattern(i, 224))
        for (let i = 0; i < 5; i++) {
            expect((await slots.read(i)).toString("hex")).toBe(pattern(i, 224).toString("hex"))
        }
        expect(chip.polls > 0).toBe(true)
    })

    test("keep the rest of a slot when short data is written", async () => {
        const slots = slotsInFram()
        await slots.write(3, pattern(1, 224))
        await slots.write(3, hex`aa bb`)
        const content = await slots.read(3)
        expect(content.slice(0, 2).toString("hex")).toBe("aabb")
        expect(content[2]).toBe(pattern(1, 224)[2])
    })

    test("throw a SlotError that names the chip when it is missing or does not answer", async () => {
        const wrong = { model: "fram", address: 0x57, bytes: 2048, pageBytes: 0, writeCycleMs: 0 }
        const absent = new I2cSlots(busOf(chipOf({ ...MB85RC256V, bytes: 2048 })), wrong, 224)
        const error = await failure(async () => {
            await absent.read(1)
        })
        expect(error instanceof SlotError).toBe(true)
        expect(error.message.includes("fram, slot 1")).toBe(true)

        const chip = chipOf({ address: 0x50, bytes: 2048, pageBytes: 64, writeCycleMs: 60000 })
        const deaf = new I2cSlots(busOf(chip), eeprom(0x50, 32, 64), 224)
        const second = await failure(async () => {
            await deaf.write(1, pattern(1, 224))
        })
        expect(second instanceof SlotError).toBe(true)
        expect(second.message.includes("eeprom, slot 1")).toBe(true)
    })

    test("detect a chip that does not store what is written", async () => {
        const bus = busOf(chipOf({ ...MB85RC256V, bytes: 2048 }))
        const readOnly = {
            xfer: async (address: number, data: Buffer, numRead: number) => {
                return await bus.xfer(address, data.slice(0, 2), numRead)
            },
        }
        const error = await failure(async () => {
            await new I2cSlots(readOnly, fram(0x50, 32), 224).write(1, pattern(1, 224))
        })
        expect(error instanceof SlotError).toBe(true)
    })
})
