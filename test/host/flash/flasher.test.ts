import { afterEach, describe, expect, test } from "vitest"
import { ROM_KINDS, type RomKind, StandInBootRom } from "../../../sim/chip/boot-rom"
import { PseudoTerminal } from "../../../sim/chip/pseudo-terminal"
import { CHIP_KINDS, chipKind } from "../../../tools/flash/chip-kind"
import { FirmwareUnfit, FlashFailed, NoBootRom } from "../../../tools/flash/errors"
import { checkedFirmware } from "../../../tools/flash/firmware"
import { Flasher } from "../../../tools/flash/flasher"
import { madeUpFirmware } from "./made-up-firmware"

/*
 * These tests use a stand-in for boot ROM and loader, which was never compared with a real chip; see `sim/chip/boot-rom.ts`.
 * It has no reset lines.
 */

const terminals: PseudoTerminal[] = []
let flasher: Flasher | undefined

afterEach(async () => {
    await flasher?.close()
    flasher = undefined
    for (const terminal of terminals.splice(0)) await terminal.close()
})

async function plugIn(kind: RomKind, kept?: (byte: number) => number) {
    const rom = new StandInBootRom(kind, kept)
    let starts = 0
    let terminal: PseudoTerminal | undefined
    const receive = rom.attach(
        bytes => terminal?.write(bytes),
        () => starts++,
    )
    terminal = await PseudoTerminal.open(receive)
    terminals.push(terminal)
    return { rom, path: terminal.path, starts: () => starts }
}

const esp32 = chipKind("esp32")!

test.each(CHIP_KINDS)("writes an empty $name and then finds the same firmware on it", async kind => {
    const { rom, path } = await plugIn(ROM_KINDS[kind.arch])
    const firmware = checkedFirmware(madeUpFirmware(kind), kind, "made up")
    flasher = await Flasher.open({ path })
    expect(flasher.kind).toBe(kind)
    expect(await flasher.look(firmware)).toEqual({ is: "nothing" })
    const parts: number[] = []
    await flasher.write(firmware, part => parts.push(part))
    expect(parts.at(-1)).toBe(1)
    const begin = kind.firmwareOffset
    const written = rom.flash.subarray(begin, begin + firmware.bytes.length)
    expect(written.equals(Buffer.from(firmware.bytes))).toBe(true)
    expect(await flasher.look(firmware)).toEqual({ is: "same" })
})

test("ignores calibration and board data in a comparison, but not another version", async () => {
    const { rom, path } = await plugIn(ROM_KINDS.esp32)
    const firmware = checkedFirmware(madeUpFirmware(esp32), esp32, "made up")
    rom.flash.set(firmware.bytes, esp32.firmwareOffset)
    rom.flash.fill(0x55, 0x9000, 0x10000)
    flasher = await Flasher.open({ path })
    expect(await flasher.look(firmware)).toEqual({ is: "same" })
    const other = checkedFirmware(madeUpFirmware(esp32, { version: "v2.16.0" }), esp32, "made up")
    expect(await flasher.look(other)).toEqual({
        is: "other",
        application: { name: "espjd", version: "v2.16.1" },
    })
    rom.flash.fill(0x12, 0x1000, 0x20000)
    expect(await flasher.look(other)).toEqual({ is: "other", application: undefined })
    expect(rom.writes).toBe(0)
})

test("keeps the flash behind the firmware", async () => {
    const { rom, path } = await plugIn(ROM_KINDS.esp32)
    rom.flash.fill(0x21, 0x1c0000, 0x200000)
    flasher = await Flasher.open({ path })
    await flasher.write(checkedFirmware(madeUpFirmware(esp32), esp32, "made up"))
    expect(rom.flash.subarray(0x1c0000, 0x200000).every(byte => byte === 0x21)).toBe(true)
})

describe("failures", () => {
    test("reports a flash that stores other bytes", async () => {
        const { path } = await plugIn(ROM_KINDS.esp32, byte => byte & 0xfe)
        flasher = await Flasher.open({ path })
        const firmware = checkedFirmware(madeUpFirmware(esp32), esp32, "made up")
        await expect(flasher.write(firmware)).rejects.toThrow(FlashFailed)
    })

    test("reports a chip that fails during writing; the next run repairs it", async () => {
        const { rom, path } = await plugIn(ROM_KINDS.esp32)
        const firmware = checkedFirmware(madeUpFirmware(esp32), esp32, "made up")
        flasher = await Flasher.open({ path })
        rom.failAfter(3)
        await expect(flasher.write(firmware)).rejects.toThrow("the chip failed while its firmware is written")
        await flasher.close()
        rom.reset()
        flasher = await Flasher.open({ path })
        await flasher.write(firmware)
        expect(await flasher.look(firmware)).toEqual({ is: "same" })
    })

    test("reports a port without a chip", async () => {
        const terminal = await PseudoTerminal.open(() => {})
        terminals.push(terminal)
        await expect(Flasher.open({ path: terminal.path })).rejects.toThrow(NoBootRom)
        await expect(Flasher.open({ path: "/dev/ttyNone" })).rejects.toThrow("/dev/ttyNone: no chip answers")
    })

    test("refuses a chip without DeviceScript firmware", async () => {
        const { path } = await plugIn(ROM_KINDS.esp32c6)
        await expect(Flasher.open({ path })).rejects.toThrow(FirmwareUnfit)
    })
})

test("asks the loader to start the chip if the port has no reset lines", async () => {
    const { path, starts } = await plugIn(ROM_KINDS.esp32)
    flasher = await Flasher.open({ path })
    expect(await flasher.leave()).toBe(false)
    await new Promise(r => setTimeout(r, 100))
    expect(starts()).toBe(1)
})
