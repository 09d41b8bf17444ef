import { randomFillSync } from "node:crypto"
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { ROM_KINDS, type RomKind, StandInBootRom } from "../../../sim/chip/boot-rom"
import { StandInChip } from "../../../sim/chip/stand-in-chip"
import { VirtualClock } from "../../../sim/clock"
import { storedSettings } from "../../../sim/vm/stored-settings"
import { compileProgram } from "../../../tools/compile/compile"
import { deploy } from "../../../tools/deploy/deploy"
import { Device } from "../../../tools/device/device"
import { chipKind } from "../../../tools/flash/chip-kind"
import { FirmwareKept, FirmwareUnreadable, NoBootRom, OtherChip } from "../../../tools/flash/errors"
import { type FlashOrder, openStarted, putFirmware } from "../../../tools/flash/put-firmware"
import { madeUpFirmware } from "./made-up-firmware"

/* These tests use stand-ins for boot ROM and chip, which were never compared with real ones. */

const esp32 = chipKind("esp32")!
let folder: string
let file: string
let clock: VirtualClock
let chip: StandInChip | undefined

beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "flash-"))
    file = join(folder, "firmware.bin")
    await writeFile(file, madeUpFirmware(esp32))
    clock = new VirtualClock(1, Date.now())
})

afterEach(async () => {
    await chip?.pullOut()
    clock.stop()
    await rm(folder, { recursive: true })
})

async function plugIn(kind: RomKind = ROM_KINDS.esp32) {
    const rom = new StandInBootRom(kind)
    chip = new StandInChip({ clock, bootRom: rom, networks: { home: "long enough" } })
    return { rom, path: await chip.plugIn() }
}

function order(more: Partial<FlashOrder> = {}): FlashOrder & { said: string[] } {
    const said: string[] = []
    const say = (sentence: string) => said.push(sentence)
    return { wanted: esp32, file, mayReplace: async () => false, say, said, ...more }
}

test("a new chip gets its firmware, and then program, settings and WiFi", async () => {
    const incompressible = madeUpFirmware(esp32)
    await writeFile(file, randomFillSync(incompressible, incompressible.length - 90_000))
    const { path } = await plugIn()
    const one = order()
    expect(await putFirmware({ path }, one)).toEqual({ written: true, started: false })
    expect(one.said).toEqual([
        expect.stringContaining("Writing firmware v2.16.1 to the ESP32"),
        expect.stringMatching(/^3\d % is written\.$/),
        expect.stringMatching(/^7\d % is written\.$/),
        "The firmware is written and verified.",
    ])
    const serial = await openStarted(path)
    const entry = "src/hello.ts"
    const overrides = { [entry]: 'console.log("hello, world")' }
    const { bytecode } = await compileProgram({ entry, target: "simulator", overrides })
    const settings = {
        device: new Map([["EMON_NODE", "house"]]),
        wifi: { ssid: "home", password: "long enough" },
    }
    const device = await Device.find(serial.bus)
    await deploy(device, { bytecode, settings }, () => {})
    await serial.close()
    const { image } = chip!.device.flash
    expect(Buffer.from(storedSettings(image).get("EMON_NODE")!).toString()).toBe('"house"')
    expect(Buffer.from(image).includes(Buffer.from(bytecode))).toBe(true)
    expect(chip!.wifi.stored).toEqual(settings.wifi)
})

test("a running chip that cannot be reset is left alone, and its port is free again", async () => {
    chip = new StandInChip({ clock })
    const path = await chip.plugIn()
    await expect(putFirmware({ path }, order())).rejects.toThrow(NoBootRom)
    await (await openStarted(path)).close()
})

test("waits for a port that disappears while the chip starts", async () => {
    chip = new StandInChip({ clock })
    const port = join(folder, "port")
    const opening = openStarted(port)
    await symlink(await chip.plugIn(), port)
    const serial = await opening
    expect(serial.path).toBe(port)
    await serial.close()
})

test("leaves the same firmware alone", async () => {
    const { rom, path } = await plugIn()
    rom.flash.set(madeUpFirmware(esp32), esp32.firmwareOffset)
    const one = order()
    expect((await putFirmware({ path }, one)).written).toBe(false)
    expect(rom.writes).toBe(0)
    expect(one.said).toEqual(["Firmware v2.16.1 is already on the ESP32."])
})

test("keeps other firmware if the user does not agree to replace it", async () => {
    const { rom, path } = await plugIn()
    rom.flash.set(madeUpFirmware(esp32, { version: "v2.10.0" }), esp32.firmwareOffset)
    const asked: string[] = []
    const no = order({ mayReplace: async found => asked.push(found) === 0 })
    await expect(putFirmware({ path }, no)).rejects.toThrow(FirmwareKept)
    expect(asked).toEqual(["DeviceScript's firmware, version v2.10.0,"])
    expect(rom.writes).toBe(0)
})

test("replaces other firmware if the user agrees", async () => {
    const { rom, path } = await plugIn()
    rom.flash.fill(0x33, 0, 0x100000)
    const asked: string[] = []
    const yes = order({ mayReplace: async found => asked.push(found) === 1 })
    expect((await putFirmware({ path }, yes)).written).toBe(true)
    expect(asked).toEqual(["Unidentified firmware"])
})

test("writes nothing to the wrong chip or from a missing file", async () => {
    const { rom, path } = await plugIn(ROM_KINDS.esp32c3)
    await expect(putFirmware({ path }, order())).rejects.toThrow(OtherChip)
    await expect(putFirmware({ path }, order({ file: join(folder, "none.bin") }))).rejects.toThrow(
        FirmwareUnreadable,
    )
    expect(rom.writes).toBe(0)
})
