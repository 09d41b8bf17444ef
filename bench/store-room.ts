import { AT24C256, MB85RC256V, type MemoryPart } from "../sim/i2c/memory-chip"
import { JobDevice, READINGS_PER_JOB } from "./job-device"
import { heatPumpReplies } from "./readings"

/** The store behind the heap: the firmware's settings, or a memory chip of 32 KB. */
export type StoreName = "settings" | "fram" | "eeprom"

/** How much fits before the first reading is thinned. */
export interface Room {
    readonly readings: number
    /** Bytes that the live entries in the settings then take. */
    readonly settingsBytes: number
}

const PARTS: Partial<Record<StoreName, MemoryPart>> = { fram: MB85RC256V, eeprom: AT24C256 }
const CASE = "bench/device/outage-case.ts"

/** Fills the queue on the device with a heat pump's readings until the queue thins or drops one. */
export async function roomOf(store: StoreName, pollSeconds: number, heap: number): Promise<Room> {
    const device = await JobDevice.start(`bench/device/outage-${store}.ts`, PARTS[store], {
        [CASE]: `export const HEAP_BYTES = ${heap}\nexport const POLL_MS = ${pollSeconds * 1000}\n`,
    })
    const freeBefore = await device.freeFlash()
    const replies = heatPumpReplies(pollSeconds)
    let readings: number | undefined
    while (readings === undefined) {
        const some = Array.from({ length: READINGS_PER_JOB }, () => replies.next().value)
        const lines = await device.do({ kind: 0, number: 0, replies: some })
        const [, count] = /^full after (\d+)$/m.exec(lines.join("\n")) ?? []
        if (count !== undefined) readings = Number(count)
    }
    const settingsBytes = freeBefore - (await device.freeFlash())
    await device.stop()
    return { readings, settingsBytes }
}
