import { EmonLogbook, EmonStation, SRV_EMON_LOGBOOK, SRV_EMON_STATION } from "../../sim/bus/services"
import { flashBudget } from "../../src/device/flash-budget"
import { type Device, type LiveEntry, readRegister } from "./device"
import { NoServices } from "./errors"
import { readLog, type StoredLog } from "./log-blocks"

/**
 * Reads the log. What is in the flash, the firmware itself tells, so that it can be read whatever program is on the device;
 * the latest records, only the program.
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
        // Another program has other services, and the flash still has the log.
        if (!(error instanceof NoServices)) throw error
        return undefined
    }
}

/**
 * Hears each record of the log as it happens.
 * @returns ends it
 * @throws NoServices, NoReply
 */
export async function followLog(device: Device, onEntry: (entry: LiveEntry) => void): Promise<() => void> {
    const offset = await clockOffset(device)
    return device.onRecord(entry => {
        if (offset === undefined) onEntry(entry)
        else onEntry({ ...entry, seconds: entry.seconds + offset / 1000, wallTime: true })
    })
}

/** Wall time minus the time of the chip in ms; `undefined` while the device does not know it. */
async function clockOffset(device: Device): Promise<number | undefined> {
    const [station] = await device.program(SRV_EMON_STATION)
    const [offset] = await readRegister<[number, number]>(station!, EmonStation.clock)
    return Number.isNaN(offset) ? undefined : offset
}
