import { readdirSync, readFileSync, realpathSync } from "node:fs"
import { dirname, join } from "node:path"
import { SerialPort } from "serialport"

/** A serial port of this computer, with what its USB descriptors say about the device. */
export interface FoundPort {
    /** For example `/dev/ttyUSB0` or `COM3`. */
    readonly path: string
    /**
     * `chip`: an ESP32 with native USB. `bridge`: a USB-to-serial chip, as found both on ESP32 boards and in RS485 adapters.
     * `other`: any other vendor, or none.
     */
    readonly kind: "chip" | "bridge" | "other"
    readonly description: string
    /** USB vendor and product ID, 0 to 0xffff; `undefined` if unknown. */
    readonly usb?: { readonly vendorId: number; readonly productId: number }
}

/** By USB vendor ID: Espressif, and the makers of the usual bridges (Silicon Labs, WCH, FTDI, Prolific). */
const KINDS: Readonly<Record<string, FoundPort["kind"]>> = {
    "303a": "chip",
    "10c4": "bridge",
    "1a86": "bridge",
    "0403": "bridge",
    "067b": "bridge",
}

/** The USB device's folder is at most this many levels above that of its serial port. */
const LEVELS = 5

/** Lists the USB serial ports, without those on the mainboard. */
export async function findPorts(): Promise<FoundPort[]> {
    // On Linux the library runs udevadm, and ends the program if that is not installed.
    if (process.platform === "linux") return linuxPorts("/sys/class/tty")
    const ports = await SerialPort.list()
    return ports.flatMap(({ path, vendorId, productId, manufacturer }) =>
        vendorId === undefined ? [] : [found(path, vendorId, productId, manufacturer)],
    )
}

/** @param folder in which the kernel lists its serial ports */
export function linuxPorts(folder: string): FoundPort[] {
    const names = entries(folder).filter(name => /^tty(USB|ACM)\d+$/.test(name))
    return names.sort().map(name => {
        const device = usbDevice(join(folder, name))
        const fact = (file: string) => (device === undefined ? undefined : textOf(join(device, file)))
        const text = fact("product") ?? fact("manufacturer")
        return found(`/dev/${name}`, fact("idVendor") ?? "", fact("idProduct"), text)
    })
}

function found(
    path: string,
    vendorId: string,
    productId: string | undefined,
    text: string | undefined,
): FoundPort {
    const kind = KINDS[vendorId.toLowerCase()] ?? "other"
    const description = text ?? (vendorId ? `USB vendor ${vendorId}` : "unknown")
    if (vendorId === "" || productId === undefined) return { path, kind, description }
    const usb = { vendorId: Number.parseInt(vendorId, 16), productId: Number.parseInt(productId, 16) }
    return { path, kind, description, usb }
}

/** Finds the folder of the USB device to which a port belongs. */
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
