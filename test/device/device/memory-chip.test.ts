import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { AT24C256, MB85RC256V, MemoryChip, NotAcknowledged } from "../../../sim/i2c/memory-chip"

async function isDeaf(chip: MemoryChip, address: number): Promise<boolean> {
    try {
        await chip.xfer(address, hex`0000`)
        return false
    } catch (e) {
        if (!(e instanceof NotAcknowledged)) throw e
        return true
    }
}

describe("model of a serial memory", () => {
    test("FRAM: reads back written bytes at once", async () => {
        const chip = new MemoryChip(MB85RC256V, ds.millis)
        await chip.xfer(0x50, hex`12 34 de ad be ef`)
        expect((await chip.xfer(0x50, hex`12 35`, 2)).toString("hex")).toBe("adbe")
    })

    test("FRAM: wraps around at its end and ignores address bit 15", async () => {
        const chip = new MemoryChip(MB85RC256V, ds.millis)
        await chip.xfer(0x50, hex`ff ff 11 22`)
        expect((await chip.xfer(0x50, hex`7f ff`, 2)).toString("hex")).toBe("1122")
        expect((await chip.xfer(0x50, hex`00 00`, 1)).toString("hex")).toBe("22")
    })

    test("EEPROM: wraps writes, but not reads, within a page", async () => {
        const chip = new MemoryChip(AT24C256, ds.millis)
        await chip.xfer(0x50, hex`00 7e 01 02 03`)
        await ds.sleep(20)
        expect((await chip.xfer(0x50, hex`00 7e`, 3)).toString("hex")).toBe("0102ff")
        expect((await chip.xfer(0x50, hex`00 40`, 1)).toString("hex")).toBe("03")
    })

    test("EEPROM: does not answer while programming", async () => {
        const chip = new MemoryChip(AT24C256, ds.millis)
        await chip.xfer(0x50, hex`00 00 01`)
        expect(await isDeaf(chip, 0x50)).toBe(true)
        await ds.sleep(20)
        expect(await isDeaf(chip, 0x50)).toBe(false)
    })

    test("answers to its address only", async () => {
        const chip = new MemoryChip(MB85RC256V, ds.millis)
        for (let address = 0; address < 128; address++)
            expect(await isDeaf(chip, address)).toBe(address !== 0x50)
    })

    test("FRAM: corrupts one byte on a power cut", async () => {
        const fram = new MemoryChip(MB85RC256V, ds.millis)
        fram.cutPowerAfter(2)
        try {
            await fram.xfer(0x50, hex`00 00 01 02 03 04`)
            expect(true).toBe(false)
        } catch (e) {
            expect(e instanceof NotAcknowledged).toBe(true)
        }
        expect(await isDeaf(fram, 0x50)).toBe(true)
        fram.powerUp()
        const left = await fram.xfer(0x50, hex`00 00`, 4)
        expect(left.slice(0, 2).toString("hex")).toBe("0102")
        expect(left[2] === 3).toBe(false)
        expect(left[3]).toBe(0)
    })

    test("EEPROM: corrupts the bytes it was about to program on a power cut", async () => {
        const eeprom = new MemoryChip(AT24C256, ds.millis)
        eeprom.cutPowerAfter(2)
        try {
            await eeprom.xfer(0x50, hex`00 00 01 02 03 04`)
        } catch (e) {
            expect(e instanceof NotAcknowledged).toBe(true)
        }
        eeprom.powerUp()
        const rest = await eeprom.xfer(0x50, hex`00 00`, 5)
        expect(rest.slice(0, 2).toString("hex") === "0102").toBe(false)
        expect(rest[4]).toBe(0xff)
    })
})
