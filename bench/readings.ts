import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { parseCapture } from "../sim/meter/capture"
import { heatPump } from "../sim/meter/heat-pump"
import { pzem016 } from "../sim/meter/pzem-016"
import { ManualClock } from "../test/host/emoncms/manual-clock"
import { projectRoot } from "../tools/project"

/** An answer of a PZEM-016, and its time. */
export interface MeterReply {
    /** ms since the first answer. */
    readonly at: number
    /** The ten registers, high bytes first. */
    readonly registers: Uint8Array
}

const CAPTURES = "test/data/captures/pzem-ac-responses.txt"
/** Reads all ten input registers of address 1. */
const REQUEST = Uint8Array.of(0x01, 0x04, 0x00, 0x00, 0x00, 0x0a, 0x70, 0x0d)
/** The same day for every run. */
const START = Date.UTC(2026, 0, 15)
const ENERGY_WH = 1_000_000

/** Recorded answers of real meters, with the times at which they were received. */
export async function capturedReplies(): Promise<MeterReply[]> {
    const frames = parseCapture(await readFile(join(projectRoot, CAPTURES), "utf8"), CAPTURES)
    const times = frames.map(({ time }) => Date.parse(`1970-01-01T${time}Z`))
    return frames.map(({ bytes }, i) => ({ at: times[i]! - times[0]!, registers: registersIn(bytes) }))
}

/** Answers of a PZEM-016 at a heat pump, polled at regular intervals from midnight on, without end. */
export function* heatPumpReplies(pollSeconds: number): Generator<MeterReply, never> {
    const clock = new ManualClock(START)
    const meter = pzem016({ clock, load: heatPump(1), energyWh: ENERGY_WH })
    for (let at = 0; ; at += pollSeconds * 1000) {
        yield { at, registers: registersIn(meter.receive(REQUEST)!.bytes) }
        clock.advance(pollSeconds * 1000)
    }
}

function registersIn(frame: Uint8Array): Uint8Array {
    return frame.slice(3, 23)
}

/** A reading as JSON, with the names and units of EmonCMS's inputs. */
export function jsonOf({ at, registers }: MeterReply): string {
    const word = (register: number) => registers[2 * register]! * 256 + registers[2 * register + 1]!
    const long = (register: number) => word(register) + 65536 * word(register + 1)
    return JSON.stringify({
        time: (START + at) / 1000,
        voltage: word(0) / 10,
        current: long(1) / 1000,
        power: long(3) / 10,
        energy: long(5),
        frequency: word(7) / 10,
        power_factor: word(8) / 100,
        alarm: word(9),
    })
}
