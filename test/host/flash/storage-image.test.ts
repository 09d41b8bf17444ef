import { createHash } from "node:crypto"
import { afterEach, expect, test } from "vitest"
import { StandInChip } from "../../../sim/chip/stand-in-chip"
import { VirtualClock } from "../../../sim/clock"
import { Device as SimulatedDevice } from "../../../sim/vm/device"
import { Flash } from "../../../sim/vm/flash"
import { storedSettings } from "../../../sim/vm/stored-settings"
import { compileProgram } from "../../../tools/compile/compile"
import { aligned, deploy, MOST_PROGRAM_BYTES } from "../../../tools/deploy/deploy"
import { ImageTooLarge } from "../../../tools/deploy/errors"
import { openChip } from "../../../tools/deploy/find-chip"
import { Device } from "../../../tools/device/device"
import { chipKind } from "../../../tools/flash/chip-kind"
import { checkedFirmware } from "../../../tools/flash/firmware"
import { SettingsTooLarge, storageImage } from "../../../tools/flash/storage-image"
import { webManifest } from "../../../tools/flash/web-manifest"
import { wholeImage } from "../../../tools/flash/whole-image"
import { madeUpFirmware } from "./made-up-firmware"

const KEY = "0123456789abcdef0123456789abcdef"
const URL = "http://127.0.0.1:1/emoncms"
const settings = {
    device: new Map<string, unknown>([
        ["EMON_URL", URL],
        ["EMON_KEY", KEY],
        ["EMON_NODE", 'a "house" with ä'],
        ["LOG_LEVEL", 3],
        ["RESTARTS", undefined],
    ]),
    wifi: { ssid: "home", password: "" },
}
const ENTRY = "src/told.ts"
const PROGRAM = `
    import { readSetting } from "@devicescript/settings"
    console.log("node " + (await readSetting("EMON_NODE")) + ", level " + (await readSetting("LOG_LEVEL", 0)))
    console.log("restarts " + (await readSetting("RESTARTS", -1)))`

let clock: VirtualClock | undefined

afterEach(() => clock?.stop())

const compiled = () => compileProgram({ entry: ENTRY, target: "simulator", overrides: { [ENTRY]: PROGRAM } })

/** Starts the simulated firmware on a partition. @returns the device, its flash and the lines that it prints */
async function boot(
    partition: Uint8Array,
): Promise<{ device: SimulatedDevice; flash: Flash; lines: string[] }> {
    clock = new VirtualClock(1, Date.now())
    const lines: string[] = []
    const flash = new Flash(partition)
    const device = new SimulatedDevice({ clock, flash, onLog: ({ text }) => lines.push(text) })
    await device.powerOn()
    for (let i = 0; i < 100 && !lines.some(line => line.startsWith("restarts")); i++)
        await new Promise(r => setTimeout(r, 100))
    return { device, flash, lines }
}

test("the firmware finds the image's program and settings and changes nothing", async () => {
    const { bytecode } = await compiled()
    const partition = storageImage({ bytecode, settings })
    const { device, flash, lines } = await boot(partition)
    expect(lines).toContain('node a "house" with ä, level 3')
    expect(lines).toContain("restarts -1")
    expect(lines.join("\n")).not.toMatch(/mount failure|formatting/)
    const hash = createHash("sha256").update(aligned(bytecode)).digest("hex")
    expect(lines.join("\n").toLowerCase()).toContain(hash.slice(0, 16))
    expect(flash.writes).toBe(0)
    device.powerOff()
})

test("equals what a deployment leaves, except for the order of settings", async () => {
    const { bytecode } = await compiled()
    clock = new VirtualClock(1, Date.now())
    const chip = new StandInChip({ clock, networks: { home: "" } })
    const serial = await openChip(await chip.plugIn())
    await deploy(await Device.find(serial.bus), { bytecode, settings }, () => {})
    await serial.close()
    await chip.pullOut()
    const written = storageImage({ bytecode, settings })
    const sorted = (image: Uint8Array) =>
        [...storedSettings(image)].map(([key, value]) => `${key}=${Buffer.from(value)}`).sort()
    const deployed = sorted(chip.device.flash.image).filter(line => !line.endsWith("="))
    expect(sorted(written)).toEqual(deployed)
    // The program and its header, byte by byte.
    const [at, bytes] = [0x8000, 128 + aligned(bytecode).length]
    const there = Buffer.from(chip.device.flash.image.subarray(at, at + bytes))
    expect(there.equals(Buffer.from(written.subarray(at, at + bytes)))).toBe(true)
})

test("stores WiFi as the firmware's own settings", () => {
    const partition = Buffer.from(
        storageImage({
            bytecode: new Uint8Array(32),
            settings: { device: new Map(), wifi: { ssid: "home", password: "long enough" } },
        }),
    )
    const value = (key: string) => {
        const entry = partition.indexOf(`${key}\0`)
        const [at, size] = [partition.readUInt32LE(entry + 16), partition.readUInt32LE(entry + 20)]
        return partition.toString("utf8", at, at + size)
    }
    expect([value("wifi_ssid"), value("wifi_psk")]).toEqual(["home", "long enough"])
})

test("fits the largest program; refuses a larger one and too many settings", async () => {
    const most = storageImage({
        bytecode: new Uint8Array(MOST_PROGRAM_BYTES),
        settings: { device: new Map() },
    })
    expect(most).toHaveLength(256 * 1024)
    const larger = { bytecode: new Uint8Array(MOST_PROGRAM_BYTES + 1), settings }
    expect(() => storageImage(larger)).toThrow(ImageTooLarge)
    const device = new Map([["EMON_NODE", "x".repeat(16_400)]])
    expect(() => storageImage({ bytecode: new Uint8Array(32), settings: { device } })).toThrow(
        SettingsTooLarge,
    )
})

test("puts firmware and storage at their offsets in a whole image", () => {
    const kind = chipKind("esp32")!
    const firmware = checkedFirmware(madeUpFirmware(kind), kind, "made up")
    const storage = storageImage({ bytecode: new Uint8Array(32), settings })
    const whole = Buffer.from(wholeImage(firmware, storage))
    expect(whole).toHaveLength(0x200000)
    expect(whole.subarray(0x1000, 0x1000 + firmware.bytes.length).equals(Buffer.from(firmware.bytes))).toBe(
        true,
    )
    expect(whole.subarray(0x1c0000).equals(Buffer.from(storage))).toBe(true)
    expect(JSON.parse(webManifest(kind, "chip.bin", 0, "1")).builds).toEqual([
        { chipFamily: "ESP32", parts: [{ path: "chip.bin", offset: 0 }] },
    ])
})
