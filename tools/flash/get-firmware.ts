import { readFile } from "node:fs/promises"
import type { ChipKind } from "./chip-kind"
import { FirmwareUnreachable, FirmwareUnreadable } from "./errors"
import { checkedFirmware, type Firmware } from "./firmware"

/** Where DeviceScript's releases are; the firmware's repository is archived, so the latest one is the last one. */
export const RELEASE = "https://github.com/microsoft/devicescript-esp32/releases/latest/download"

/** How long the release may take to send the file, in ms. */
const FETCH_MS = 60_000

/** The address of the stock firmware for a chip, without anything of a board in it. */
export function firmwareAddress({ arch, firmwareOffset }: ChipKind, release = RELEASE): string {
    return `${release}/devicescript-${arch}-${arch}_bare-0x${firmwareOffset.toString(16)}.bin`
}

/**
 * Reads a firmware from a file.
 * @throws FirmwareUnreadable, FirmwareUnfit
 */
export async function readFirmware(file: string, kind: ChipKind): Promise<Firmware> {
    let bytes: Uint8Array
    try {
        bytes = await readFile(file)
    } catch (error) {
        throw new FirmwareUnreadable(file, (error as NodeJS.ErrnoException).code ?? String(error))
    }
    return checkedFirmware(bytes, kind, file)
}

/**
 * Fetches the stock firmware from its release.
 * @param release address of the folder that holds it
 * @throws FirmwareUnreachable, FirmwareUnfit
 */
export async function fetchFirmware(kind: ChipKind, release = RELEASE): Promise<Firmware> {
    const address = firmwareAddress(kind, release)
    let bytes: Uint8Array
    try {
        const response = await fetch(address, { signal: AbortSignal.timeout(FETCH_MS) })
        if (!response.ok) throw new Error(`HTTP ${response.status}`)
        bytes = new Uint8Array(await response.arrayBuffer())
    } catch (error) {
        throw new FirmwareUnreachable(address, reasonOf(error as Error))
    }
    return checkedFirmware(bytes, kind, address)
}

function reasonOf({ name, message, cause }: Error): string {
    if (name === "TimeoutError") return `no answer within ${FETCH_MS / 1000} s`
    return (cause as NodeJS.ErrnoException | undefined)?.code ?? message
}
