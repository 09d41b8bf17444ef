import { Packet } from "jacdac-ts"
import { PREPARE, SRV_EMON_STATION } from "../../sim/bus/services"
import { ask, type Device } from "./device"
import { NoServices } from "./errors"

/** How long the program may take to save the queue, in ms: if there is no room, it has to downsample. */
const SAVE_MS = 330_000

/**
 * Asks a device's program to save the waiting readings, because it is about to end.
 * @param onAsked called when the program has been found and is asked
 * @returns whether it has saved them; `false` for a program without services, which cannot be asked
 * @throws NoReply
 */
export async function saveReadings(device: Device, onAsked?: () => void): Promise<boolean> {
    try {
        const [station] = await device.program(SRV_EMON_STATION)
        onAsked?.()
        await ask(station!, Packet.onlyHeader(PREPARE), SAVE_MS, 1)
        return true
    } catch (error) {
        if (error instanceof NoServices) return false
        throw error
    }
}
