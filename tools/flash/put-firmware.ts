import { setTimeout as wait } from "node:timers/promises"
import { saveWhatWaits } from "../deploy/deploy"
import { NoChip, PortUnusable } from "../deploy/errors"
import { openChip } from "../deploy/find-chip"
import type { SerialBus } from "../deploy/serial-bus"
import { Device } from "../device/device"
import type { FoundPort } from "../serial-ports"
import type { ChipKind } from "./chip-kind"
import { FirmwareKept, OtherChip } from "./errors"
import type { Application, Firmware } from "./firmware"
import { Flasher, type Found } from "./flasher"
import { fetchFirmware, readFirmware } from "./get-firmware"

/** How a firmware is to get onto a chip. */
export interface FlashOrder {
    /** The chip of the board in `devicescript.json`; `undefined` where that names no board. */
    readonly wanted: ChipKind | undefined
    /** File of the firmware; left out, the stock one is fetched from its release. */
    readonly file?: string
    /** Address of that release; left out, DeviceScript's. */
    readonly release?: string
    /** Asked whether another firmware may go. @param found what is there, in words */
    readonly mayReplace: (found: string) => Promise<boolean>
    /** Takes what happens meanwhile. */
    readonly say: (sentence: string) => void
}

/** What has become of the chip's firmware. */
export interface Flashed {
    /** It was written; else the same one was there already. */
    readonly written: boolean
    /** The chip was started; else somebody must press its button. */
    readonly started: boolean
}

/** How much is written between two words about it. */
const TOLD_PART = 0.25

/** A chip that starts, and its USB port with it, has shown itself within this, in ms. */
const START_MS = 15_000
const LOOK_MS = 500

/**
 * Puts the stock firmware onto the chip at a port. A program that runs there saves first what waits. The same firmware is left
 * alone, another one is replaced only if {@link FlashOrder.mayReplace} says so; program, settings and WiFi stay in any case.
 *
 * @throws FirmwareUnreachable, FirmwareUnreadable, FirmwareUnfit, NoBootRom, OtherChip, FirmwareKept, all before anything has
 * changed; FlashFailed
 */
export async function putFirmware(
    port: Pick<FoundPort, "path" | "usb">,
    { wanted, file, release, mayReplace, say }: FlashOrder,
): Promise<Flashed> {
    const get = (kind: ChipKind) =>
        file === undefined ? fetchFirmware(kind, release) : readFirmware(file, kind)
    // Before the chip is disturbed.
    const known = wanted && (await get(wanted))
    await saveFirst(port.path, say)
    const flasher = await Flasher.open(port)
    try {
        const { kind } = flasher
        if (wanted && kind !== wanted) throw new OtherChip(kind.name, wanted.name)
        const firmware = known ?? (await get(kind))
        const found = await flasher.look(firmware)
        const written = found.is !== "same"
        if (!written) say(`Firmware ${firmware.version} is on the ${kind.name} already.`)
        else {
            const words = wordsFor(found)
            if (words !== undefined && !(await mayReplace(words))) throw new FirmwareKept(words)
            await write(flasher, firmware, say)
        }
        return { written, started: await flasher.leave() }
    } catch (error) {
        await flasher.leave().catch(() => flasher.close())
        throw error
    }
}

/**
 * Waits until a chip that was started answers at its port, which may be gone meanwhile.
 * @throws NoChip, PortUnusable
 */
export async function openStarted(path: string): Promise<SerialBus> {
    for (const end = performance.now() + START_MS; ; await wait(LOOK_MS)) {
        try {
            return await openChip(path)
        } catch (error) {
            const isAway = error instanceof NoChip || error instanceof PortUnusable
            if (!isAway || performance.now() > end) throw error
        }
    }
}

async function write(flasher: Flasher, firmware: Firmware, say: FlashOrder["say"]): Promise<void> {
    const size = firmware.bytes.length.toLocaleString("en")
    say(`Writing firmware ${firmware.version} to the ${flasher.kind.name}: ${size} bytes.`)
    let told = 0
    await flasher.write(firmware, part => {
        if (part < told + TOLD_PART || part === 1) return
        told = part
        say(`${Math.round(part * 100)} % is written.`)
    })
    say("The firmware is written, and the chip has read it back.")
}

/** What is on a chip, for the question whether it may go; `undefined` where nothing is. */
function wordsFor(found: Exclude<Found, { is: "same" }>): string | undefined {
    return found.is === "nothing" ? undefined : applicationWords(found.application)
}

function applicationWords(application: Application | undefined): string {
    if (!application) return "A firmware that does not tell its name"
    // What DeviceScript's firmware is called in its build (`espjd.bin` in its Makefile).
    const name = application.name === "espjd" ? "DeviceScript's firmware" : `The firmware ${application.name}`
    return `${name}, version ${application.version},`
}

async function saveFirst(path: string, say: FlashOrder["say"]): Promise<void> {
    let serial: SerialBus
    try {
        serial = await openChip(path)
    } catch (error) {
        // Nothing to save, or nothing to talk to: the boot ROM is asked next.
        if (error instanceof NoChip) return
        throw error
    }
    try {
        await saveWhatWaits(await Device.find(serial.bus), say)
    } finally {
        await serial.close()
    }
}
