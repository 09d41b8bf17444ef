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
    test("an FRAM of 32 KB has 144 slots of 224 bytes and two for the block that is being filled, and takes every reading at once", async () => {
        expect(slotsInFram().slots).toBe(144)
        expect(slotsInFram().eager).toBe(true)
    })

    test("what is written is there, in every slot", async () => {
        const slots = slotsInFram()
        for (let i = 0; i < slots.slots; i++) await slots.write(i, pattern(i, 224))
        for (let i = 0; i < slots.slots; i++) {
            expect((await slots.read(i)).toString("hex")).toBe(pattern(i, 224).toString("hex"))
        }
    })

    test("an EEPROM is written page by page, and waited for", async () => {
        const chip = chipOf(AT24C256)
        const slots = new I2cSlots(busOf(chip), eeprom(0x50, 32, 64), 224)
        expect(slots.eager).toBe(false)
        for (let i = 0; i < 5; i++) await slots.write(i, pattern(i, 224))
        for (let i = 0; i < 5; i++) {
            expect((await slots.read(i)).toString("hex")).toBe(pattern(i, 224).toString("hex"))
        }
        expect(chip.polls > 0).toBe(true)
    })

    test("short data leaves the rest of the slot", async () => {
        const slots = slotsInFram()
        await slots.write(3, pattern(1, 224))
        await slots.write(3, hex`aa bb`)
        const content = await slots.read(3)
        expect(content.slice(0, 2).toString("hex")).toBe("aabb")
        expect(content[2]).toBe(pattern(1, 224)[2])
    })

    test("a chip that is not there, or stays deaf, is an error with its name", async () => {
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
    })

    test("a chip that does not keep what is written to it is found out", async () => {
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
