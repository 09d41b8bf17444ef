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

/** What to flash, and under which conditions. */
export interface FlashOrder {
    /** The chip on the board in `devicescript.json`; `undefined` if no board is named there. */
    readonly wanted: ChipKind | undefined
    /** The firmware file; if omitted, the stock firmware is downloaded. */
    readonly file?: string
    /** Address of the release to download from. Defaults to DeviceScript's. */
    readonly release?: string
    /** Asks whether another firmware may be replaced. @param found the firmware on the chip, in words */
    readonly mayReplace: (found: string) => Promise<boolean>
    /** Receives progress messages. */
    readonly say: (sentence: string) => void
}

/** The result of {@link putFirmware}. */
export interface Flashed {
    /** The firmware was written. Otherwise the chip already had it. */
    readonly written: boolean
    /** The chip was started. Otherwise somebody must press its button. */
    readonly started: boolean
}

/** Progress is reported in steps of this size; 1 is the whole firmware. */
const TOLD_PART = 0.25

/** How long a chip, and its USB port with it, may take to start, in ms. */
const START_MS = 15_000
const LOOK_MS = 500

/**
 * Writes the stock firmware to the chip at a port. A running program first saves its waiting readings. If the chip already has
 * this firmware, it is left alone; another one is replaced only if {@link FlashOrder.mayReplace} agrees. Program, settings and
 * WiFi stay in any case.
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
    // Get the firmware before the chip is disturbed.
    const known = wanted && (await get(wanted))
    await saveFirst(port.path, say)
    const flasher = await Flasher.open(port)
    try {
        const { kind } = flasher
        if (wanted && kind !== wanted) throw new OtherChip(kind.name, wanted.name)
        const firmware = known ?? (await get(kind))
        const found = await flasher.look(firmware)
        const written = found.is !== "same"
        if (!written) say(`Firmware ${firmware.version} is already on the ${kind.name}.`)
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
 * Waits until a started chip answers at its port, which may disappear for a while.
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
    say("The firmware is written and verified.")
}

/** Describes the firmware on a chip, for the question whether to replace it; `undefined` if there is none. */
function wordsFor(found: Exclude<Found, { is: "same" }>): string | undefined {
    return found.is === "nothing" ? undefined : applicationWords(found.application)
}

function applicationWords(application: Application | undefined): string {
    if (!application) return "Unidentified firmware"
    // The name of DeviceScript's firmware in its build (`espjd.bin` in its Makefile).
    const name = application.name === "espjd" ? "DeviceScript's firmware" : `The firmware ${application.name}`
    return `${name}, version ${application.version},`
}

async function saveFirst(path: string, say: FlashOrder["say"]): Promise<void> {
    let serial: SerialBus
    try {
        serial = await openChip(path)
    } catch (error) {
        // There is no program to save from, or none that answers. The boot ROM is tried next.
        if (error instanceof NoChip) return
        throw error
    }
    try {
        await saveWhatWaits(await Device.find(serial.bus), say)
    } finally {
        await serial.close()
    }
}
