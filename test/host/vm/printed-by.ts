import { sleep, VirtualClock } from "../../../sim/clock"
import { Device } from "../../../sim/vm/device"

/** Time in which the programs of these tests end, in ms of virtual time. */
const LONG_ENOUGH_MS = 5000

/** Runs a program, and returns what it prints. */
export async function printedBy(bytecode: Uint8Array): Promise<string[]> {
    const clock = new VirtualClock(Number.POSITIVE_INFINITY)
    const lines: string[] = []
    const device = new Device({ clock, onLog: ({ level, text }) => level && lines.push(text) })
    await device.powerOn()
    device.deploy(bytecode)
    await sleep(clock, LONG_ENOUGH_MS)
    device.powerOff()
    clock.stop()
    return lines
}
