import { readdirSync, readFileSync, realpathSync } from "node:fs"
import { dirname, join } from "node:path"
import { SerialPort } from "serialport"

/** A serial port of this computer, and what is behind it as far as USB tells. */
export interface FoundPort {
    /** For example `/dev/ttyUSB0` or `COM3`. */
    readonly path: string
    /**
     * `chip`: an ESP32 with USB of its own. `bridge`: a USB-to-serial chip, as on ESP32 boards and on RS485 adapters alike.
     * `other`: neither is known of it.
     */
    readonly kind: "chip" | "bridge" | "other"
    readonly description: string
}

/** USB vendors: Espressif, and those of the usual bridges (Silicon Labs, WCH, FTDI, Prolific). */
const KINDS: Readonly<Record<string, FoundPort["kind"]>> = {
    "303a": "chip",
    "10c4": "bridge",
    "1a86": "bridge",
    "0403": "bridge",
    "067b": "bridge",
}

/** How many folders the USB device is above its serial port, at most. */
const LEVELS = 5

/** The serial ports at USB; those of the mainboard are left out. */
export async function findPorts(): Promise<FoundPort[]> {
    // The library asks udevadm on Linux, and ends the program where there is none.
    if (process.platform === "linux") return linuxPorts("/sys/class/tty")
    const ports = await SerialPort.list()
    return ports.flatMap(({ path, vendorId, manufacturer }) =>
        vendorId === undefined ? [] : [found(path, vendorId, manufacturer)],
    )
}

/** @param folder where the kernel shows its serial ports */
export function linuxPorts(folder: string): FoundPort[] {
    const names = entries(folder).filter(name => /^tty(USB|ACM)\d+$/.test(name))
    return names.sort().map(name => {
        const device = usbDevice(join(folder, name))
        const fact = (file: string) => (device === undefined ? undefined : textOf(join(device, file)))
        return found(`/dev/${name}`, fact("idVendor") ?? "", fact("product") ?? fact("manufacturer"))
    })
}

function found(path: string, vendorId: string, description: string | undefined): FoundPort {
    const kind = KINDS[vendorId.toLowerCase()] ?? "other"
    return { path, kind, description: description ?? (vendorId ? `USB vendor ${vendorId}` : "unknown") }
}

/** The folder of the USB device that a port belongs to. */
function usbDevice(port: string): string | undefined {
    let folder = realpathSync(port)
    for (let i = 0; i < LEVELS; i++) {
        folder = dirname(folder)
        if (textOf(join(folder, "idVendor")) !== undefined) return folder
    }
    return undefined
}

function entries(folder: string): string[] {
    try {
        return readdirSync(folder)
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return []
        throw error
    }
}

function textOf(file: string): string | undefined {
    try {
        return readFileSync(file, "utf8").trim()
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
        throw error
    }
}
