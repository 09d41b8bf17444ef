import * as ds from "@devicescript/core"
import { pzem016 } from "../../src/generated/models/pzem-016"
import { decode } from "../../src/line/meters/decode"
import type { Meter, Reading } from "../../src/line/meters/profile"
import { JacdacSerial } from "../../src/line/ports/jacdac-serial"

/** The meter whose answers the host sends. */
export const meter: Meter = { name: "heatpump", profile: pzem016, address: 1 }

const QUESTION = hex`ff`
/** A job begins with its length (u16), its kind (u8) and a number (u16). */
const HEAD_BYTES = 5
/** Time (u32, ms) and registers of a reading. */
const READING_BYTES = 24
const PATIENCE_MS = 500

/** A job from the host. */
export interface Job {
    readonly kind: number
    /** Its meaning depends on the kind. */
    readonly number: number
    readonly readings: Reading[]
}

/** Opens the line to the host. */
export async function openDesk(): Promise<JacdacSerial> {
    const desk = new JacdacSerial({ baud: 9600, stopBits: 1 })
    await desk.open()
    return desk
}

/** Asks the host until it has a job. */
export async function nextJob(desk: JacdacSerial): Promise<Job> {
    for (;;) {
        const bytes = await desk.exchange(QUESTION, PATIENCE_MS, isWhole)
        if (!isWhole(bytes)) continue
        const readings: Reading[] = []
        for (let i = HEAD_BYTES; i < bytes.length; i = i + READING_BYTES) {
            const values = decode(pzem016, [bytes.slice(i + 4, i + READING_BYTES)])
            readings.push({ meter, at: bytes.getAt(i, "u32"), values })
            await ds.sleep(0)
        }
        return { kind: bytes[2], number: bytes.getAt(3, "u16"), readings }
    }
}

function isWhole(received: Buffer): boolean {
    return received.length >= 2 && received.length >= received.getAt(0, "u16")
}
