import { SerialPort } from "serialport"
import { NoChip, PortUnusable, SeveralChips } from "./errors"
import { SerialBus } from "./serial-bus"

/** Makers of the USB chips on ESP32 boards, by vendor: Silicon Labs, WCH, FTDI, Espressif, M5Stack's FT clone. */
const VENDORS = ["10c4", "1a86", "0403", "303a"]

/** A chip that boots after its port was opened shows itself within this. */
const SHOWS_MS = 5000

/** A serial port of a USB device. */
export interface UsbPort {
    readonly path: string
    /** What it calls itself. */
    readonly label: string
}

/** The serial ports at which a board may be; none where the system does not tell (containers without udev). */
export async function usbPorts(): Promise<UsbPort[]> {
    try {
        const ports = await SerialPort.list()
        return ports
            .filter(({ vendorId }) => VENDORS.includes(vendorId?.toLowerCase() ?? ""))
            .map(({ path, manufacturer, serialNumber }) => ({
                path,
                label: [manufacturer, serialNumber].filter(Boolean).join(" "),
            }))
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error
        return []
    }
}

/**
 * Opens the port at which a chip with DeviceScript answers. An adapter for meters does not.
 * @param path left out, all USB ports are tried
 * @param choose asked where several answer; left out, that is an error
 * @throws NoChip, SeveralChips, PortUnusable
 */
export async function openChip(
    path?: string,
    choose?: (paths: readonly string[]) => Promise<string>,
): Promise<SerialBus> {
    const paths = path === undefined ? (await usbPorts()).map(port => port.path) : [path]
    const opened = await Promise.all(paths.map(one => openIfChip(one, path !== undefined)))
    const buses = opened.filter(bus => bus !== undefined)
    if (buses.length === 0) throw new NoChip(paths)
    const close = (kept?: SerialBus) =>
        Promise.all(buses.map(bus => (bus === kept ? undefined : bus.close())))
    if (buses.length === 1) return buses[0]!
    const answering = buses.map(bus => bus.path)
    if (!choose) {
        await close()
        throw new SeveralChips(answering)
    }
    const chosen = await choose(answering)
    const kept = buses.find(bus => bus.path === chosen)
    await close(kept)
    if (!kept) throw new SeveralChips(answering)
    return kept
}

/** @param named the owner wants this one, and hears why it cannot be used */
async function openIfChip(path: string, named: boolean): Promise<SerialBus | undefined> {
    let bus: SerialBus
    try {
        bus = await SerialBus.open(path)
    } catch (error) {
        if (named || !(error instanceof PortUnusable)) throw error
        return undefined
    }
    if (await bus.knock(SHOWS_MS)) return bus
    await bus.close()
    return undefined
}
