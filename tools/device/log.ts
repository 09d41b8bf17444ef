import { EmonLogbook, EmonStation, SRV_EMON_LOGBOOK, SRV_EMON_STATION } from "../../sim/bus/services"
import { flashBudget } from "../../src/device/flash-budget"
import { type Device, type LiveEntry, readRegister } from "./device"
import { NoServices } from "./errors"
import { readLog, type StoredLog } from "./log-blocks"

/**
 * Reads the log. The records in flash come from the firmware, so they can be read whatever program is on the device. The
 * latest records come from the program, if it has the service.
 * @throws NoReply
 */
export async function storedLog(device: Device): Promise<StoredLog> {
    const slots: Uint8Array[] = []
    for (let slot = 0; slot < flashBudget().logSlots; slot++) slots.push(await device.setting(`log${slot}`))
    return readLog(slots, await unsavedBlock(device))
}

async function unsavedBlock(device: Device): Promise<Uint8Array | undefined> {
    try {
        const [service] = await device.program(SRV_EMON_LOGBOOK)
        const [block] = await readRegister<[Uint8Array]>(service!, EmonLogbook.unsaved)
        return block
    } catch (error) {
        // Another program does not have this service; the log in flash is still there.
        if (!(error instanceof NoServices)) throw error
        return undefined
    }
}

/**
 * Calls back for every record of the log as it happens.
 * @returns unsubscribes
 * @throws NoServices, NoReply
 */
export async function followLog(device: Device, onEntry: (entry: LiveEntry) => void): Promise<() => void> {
    const offset = await clockOffset(device)
    return device.onRecord(entry => {
        if (offset === undefined) onEntry(entry)
        else onEntry({ ...entry, seconds: entry.seconds + offset / 1000, wallTime: true })
    })
}

/** Wall time minus the chip's time, in ms; `undefined` while the device does not know it. */
async function clockOffset(device: Device): Promise<number | undefined> {
    const [station] = await device.program(SRV_EMON_STATION)
    const [offset] = await readRegister<[number, number]>(station!, EmonStation.clock)
    return Number.isNaN(offset) ? undefined : offset
}
