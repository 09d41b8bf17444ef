import { createHash } from "node:crypto"
import { setTimeout as wait } from "node:timers/promises"
import {
    CMD_GET_REG,
    CMD_SET_REG,
    DeviceScriptManagerCmd,
    DeviceScriptManagerReg,
    jdpack,
    jdunpack,
    OutPipe,
    Packet,
    SRV_DEVICE_SCRIPT_MANAGER,
    SRV_WIFI,
    WifiCmd,
} from "jacdac-ts"
import { ask, type Device } from "../device/device"
import { NoReply } from "../device/errors"
import { saveReadings } from "../device/save-readings"
import type { Settings } from "../settings/settings"
import { DeployFailed, ImageTooLarge, NotAsSent } from "./errors"

/** The firmware writes programs to the flash in multiples of this size. */
const ALIGNMENT = 32
/** Room for a program in the firmware's partition: 55 pages minus the header (jacdac-c, `source/jd_fstor.c`). */
export const MOST_PROGRAM_BYTES = 225_152
/** Bytes of the program in one pipe packet. */
const PIECE = 224

/** How long erasing may take, in ms. The chip erases all sectors before it answers, and hears nothing meanwhile. */
const ERASE_MS = 20_000
/** How long the chip may still send packets while it stops the program, in ms. */
const STOP_MS = 50
/** Attempts for registers and settings. A setting for which the flash must first make room takes several. */
const SETTING_ATTEMPTS = 5
/** How long to wait for a register, in ms: a chip that is making room in its flash stays silent. */
const HASH_MS = 3000
/** From writing a register to reading it back, in ms. */
const LOOK_MS = 100

export interface Deployment {
    readonly bytecode: Uint8Array
    readonly settings: Pick<Settings, "device" | "wifi">
}

/** The result of a deployment. */
export interface Deployed {
    /** SHA-256 in hexadecimal of the program as stored on the chip, padded to a multiple of 32 bytes. */
    readonly sha256: string
    /** The program was already on the chip and was not sent. */
    readonly same: boolean
    /** The old program saved its waiting readings first. */
    readonly saved: boolean
}

/**
 * Writes a program, settings and WiFi credentials to a chip over its bus, and starts the program. Repairs whatever an
 * interrupted deployment has left behind.
 *
 * @param say receives progress messages
 * @throws ImageTooLarge before anything has changed; DeployFailed, NotAsSent
 */
export async function deploy(
    device: Device,
    { bytecode, settings }: Deployment,
    say: (sentence: string) => void,
): Promise<Deployed> {
    const { image, sha256 } = imageOf(bytecode)
    const same = (await step("when asked for its program's hash", () => programHash(device))) === sha256
    const saved = await saveWhatWaits(device, say)
    await step("when told to stop its program", () => stop(device))
    if (same) say("The program is already on the chip. Only settings are sent.")
    else {
        say(
            `Sending the program: ${image.length.toLocaleString("en")} bytes. The chip erases its flash first and is silent meanwhile.`,
        )
        await sendProgram(device, image)
    }
    await step("while settings are written", () => writeSettings(device, settings))
    if (settings.wifi) await step("when given its WiFi network", () => joinWifi(device, settings.wifi!))
    await checkProgram(device, sha256)
    await step("when told to start its program", () => start(device))
    return { sha256, same, saved }
}

/**
 * Replaces the program on a chip and starts the new one. Settings stay as they are. Readings that the old program has not
 * saved are lost.
 * @throws ImageTooLarge before anything has changed; DeployFailed, NotAsSent
 */
export async function replaceProgram(device: Device, bytecode: Uint8Array): Promise<void> {
    const { image, sha256 } = imageOf(bytecode)
    await step("when told to stop its program", () => stop(device))
    await sendProgram(device, image)
    await checkProgram(device, sha256)
    await step("when told to start its program", () => start(device))
}

/** @throws ImageTooLarge */
function imageOf(bytecode: Uint8Array): { image: Uint8Array; sha256: string } {
    const image = aligned(bytecode)
    if (image.length > MOST_PROGRAM_BYTES) throw new ImageTooLarge(image.length, MOST_PROGRAM_BYTES)
    return { image, sha256: createHash("sha256").update(image).digest("hex") }
}

/** @throws NotAsSent */
async function checkProgram(device: Device, sha256: string): Promise<void> {
    if ((await step("when asked for its program's hash", () => programHash(device))) !== sha256)
        throw new NotAsSent("the program")
}

/** Pads the bytecode to the size at which the firmware stores it. */
export function aligned(bytecode: Uint8Array): Uint8Array {
    const padded = new Uint8Array(Math.ceil(bytecode.length / ALIGNMENT) * ALIGNMENT)
    padded.set(bytecode)
    return padded
}

/**
 * The settings as they are written to the device. The only address to which EMON_KEY may be sent is appended to it, which
 * saves the device a write of its own; see `src/actors/uplink/account.ts`.
 */
export function settingsToWrite({ device }: Pick<Settings, "device">): Map<string, unknown> {
    const url = device.get("EMON_URL")
    const key = device.get("EMON_KEY")
    const written = new Map(device)
    if (typeof key === "string" && typeof url === "string") written.set("EMON_KEY", `${key.trim()} ${url}`)
    return written
}

async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
        return await work()
    } catch (error) {
        if (!(error instanceof NoReply)) throw error
        throw new DeployFailed(name, { cause: error })
    }
}

/** Asks the DeviceScript manager, looking it up again for every attempt. */
async function askManager(
    device: Device,
    packet: Packet,
    replyMs: number,
    attempts: number,
): Promise<Packet> {
    for (let attempt = 1; ; attempt++) {
        try {
            return await ask(await managerOf(device), packet, replyMs, 1)
        } catch (error) {
            if (!(error instanceof NoReply) || attempt === attempts) throw error
        }
    }
}

async function programHash(device: Device): Promise<string> {
    const question = Packet.onlyHeader(CMD_GET_REG | DeviceScriptManagerReg.ProgramSha256)
    const { data } = await askManager(device, question, HASH_MS, SETTING_ATTEMPTS)
    return Buffer.from(data).toString("hex")
}

/**
 * Has the device's program save the waiting readings, before it is stopped or loses power.
 * @param say receives progress messages
 * @returns whether the program has confirmed that it saved them
 */
export async function saveWhatWaits(device: Device, say: (sentence: string) => void): Promise<boolean> {
    try {
        return await saveReadings(device, () => say("The program is saving its waiting readings."))
    } catch (error) {
        if (!(error instanceof NoReply)) throw error
        say("The program does not confirm that it saved its waiting readings. The deployment continues.")
        return false
    }
}

async function stop(device: Device): Promise<void> {
    // Otherwise the chip would start the new program as soon as it is complete, before its settings are written.
    await setRegister(device, DeviceScriptManagerReg.Autostart, 0)
    await setRegister(device, DeviceScriptManagerReg.Running, 0)
    await wait(STOP_MS)
}

async function start(device: Device): Promise<void> {
    await setRegister(device, DeviceScriptManagerReg.Autostart, 1)
    await setRegister(device, DeviceScriptManagerReg.Running, 1)
}

/** Writes a register until it reads back the value. */
async function setRegister(device: Device, code: number, value: number): Promise<void> {
    for (let attempt = 0; attempt < SETTING_ATTEMPTS; attempt++) {
        const manager = await managerOf(device)
        await manager.sendPacketAsync(Packet.from(CMD_SET_REG | code, Uint8Array.of(value)), false)
        await wait(LOOK_MS)
        const { data } = await askManager(device, Packet.onlyHeader(CMD_GET_REG | code), HASH_MS, 2)
        if (data[0] === value) return
    }
    throw new NoReply(`register ${code} does not change`)
}

/** A chip that gets the command twice erases twice, so the command is repeated only when it must have been lost. */
async function sendProgram(device: Device, image: Uint8Array): Promise<void> {
    const order = Packet.from(DeviceScriptManagerCmd.DeployBytecode, jdpack("u32", [image.length]))
    const { data } = await step("while it erases its flash", () => askManager(device, order, ERASE_MS, 2))
    const [port] = jdunpack<[number]>(data, "u16")
    const pipe = new OutPipe((await managerOf(device)).device, port)
    try {
        for (let at = 0; at < image.length; at += PIECE) await pipe.send(image.slice(at, at + PIECE))
        await pipe.close()
    } catch (cause) {
        throw new DeployFailed("while the program is sent", { cause })
    }
}

async function writeSettings(device: Device, settings: Deployment["settings"]): Promise<void> {
    for (const [key, value] of settingsToWrite(settings)) {
        if (!(await isWritten(device, key, value))) throw new NotAsSent(`setting ${key}`)
    }
}

/** A `set` is only acknowledged, either before it is carried out or not at all, so the setting is read back. */
async function isWritten(device: Device, key: string, value: unknown): Promise<boolean> {
    const wanted = value === undefined ? "" : JSON.stringify(value)
    for (let attempt = 0; attempt < SETTING_ATTEMPTS; attempt++) {
        if (Buffer.from(await device.setting(key)).toString() === wanted) return true
        await device.sendSetting(key, value)
    }
    return Buffer.from(await device.setting(key)).toString() === wanted
}

/**
 * Gives the chip its network and has it reconnect; otherwise it would stay connected to another one.
 * @returns `false` for a device without WiFi, such as a simulated one
 */
export async function joinWifi(device: Device, wifi: { ssid: string; password: string }): Promise<boolean> {
    if (!(await device.findFirmware(SRV_WIFI))) return false
    // An open network has an empty password, and the packet must end with a 0.
    const packet = Packet.from(WifiCmd.AddNetwork, jdpack("z z", [wifi.ssid, wifi.password]))
    await acknowledged(device, SRV_WIFI, packet)
    await acknowledged(device, SRV_WIFI, Packet.onlyHeader(WifiCmd.Reconnect))
    return true
}

/**
 * Sends a command to a firmware service until it is acknowledged.
 * @throws NoReply
 */
export async function acknowledged(device: Device, serviceClass: number, packet: Packet): Promise<void> {
    for (let attempt = 1; ; attempt++) {
        const service = await device.firmware(serviceClass)
        try {
            return void (await service.sendPacketAsync(packet.clone(), true))
        } catch (cause) {
            if (attempt === SETTING_ATTEMPTS) throw new NoReply(`${packet}`, { cause })
        }
    }
}

const managerOf = (device: Device) => device.firmware(SRV_DEVICE_SCRIPT_MANAGER)
