import { readFile } from "node:fs/promises"
import type { ChipKind } from "./chip-kind"
import { FirmwareUnreachable, FirmwareUnreadable } from "./errors"
import { checkedFirmware, type Firmware } from "./firmware"

/** DeviceScript's latest release. The firmware's repository is archived, so it is also the last one. */
export const RELEASE = "https://github.com/microsoft/devicescript-esp32/releases/latest/download"

/** How long the download may take, in ms. */
const FETCH_MS = 60_000

/** The address of the stock firmware for a bare chip, without board settings. */
export function firmwareAddress({ arch, firmwareOffset }: ChipKind, release = RELEASE): string {
    return `${release}/devicescript-${arch}-${arch}_bare-0x${firmwareOffset.toString(16)}.bin`
}

/**
 * Reads and checks a firmware file.
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
 * Downloads and checks the stock firmware.
 * @param release address of the folder that contains it
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
