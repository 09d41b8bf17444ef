import { readFile } from "node:fs/promises"
import type { VirtualClock } from "../../sim/clock"
import { openSerialAdapter } from "../../sim/line/serial-adapter"
import { characterMs, type SerialLine } from "../../sim/line/serial-line"
import { VirtualLine } from "../../sim/line/virtual-line"
import { parseCapture } from "../../sim/meter/capture"
import { heatPump } from "../../sim/meter/heat-pump"
import { type MeterModel, registersOf } from "../../sim/meter/meter-model"
import { virtualMeter } from "../../sim/meter/models"
import type { Wanted } from "../../sim/meter/recorded-registers"
import { ReplayMeter } from "../../sim/meter/replay"
import { isFile } from "../../tools/meters/catalog"
import { chosenFields } from "../../tools/meters/chosen-fields"
import { placesRead } from "../../tools/meters/generate-profile"
import type { ShownMeter } from "../../tools/page/shown-values"
import type { Wiring } from "../../tools/wiring/config"
import { serialSettings } from "../../tools/wiring/serial-settings"
import { fileError } from "../file-error"

/** A line, with a description of what is on it. */
export interface MeterSource {
    readonly line: SerialLine
    readonly description: string
    /** The virtual meters on the line. */
    readonly meters: readonly ShownMeter[]
}

/**
 * The line that the program polls: a real one, recorded frames, or virtual meters as wired, the first `dead` of them without
 * power.
 *
 * @throws CaptureSyntaxError, FileError, SerialPortError
 */
export async function meterSource(
    { serial, replay, dead = 0 }: { serial?: string; replay?: string; dead?: number },
    wiring: Wiring,
    clock: VirtualClock,
): Promise<MeterSource> {
    const settings = serialSettings(wiring)
    if (serial !== undefined) {
        return {
            line: await openSerialAdapter(serial, settings),
            description: `the line at ${serial}`,
            meters: [],
        }
    }
    if (replay !== undefined) {
        const frames = parseCapture(await readText(replay), replay)
        const meter = new ReplayMeter(frames, {
            characterMs: characterMs(settings),
            wanted: wantedRegisters(wiring),
        })
        const line = new VirtualLine({ clock, settings, slaves: [meter] })
        return { line, description: `${frames.length} recorded frames of ${replay}`, meters: [] }
    }
    const seeds = heatPumpSeeds(wiring.meters.map(({ facts }) => facts))
    const slaves = wiring.meters.map(({ model, facts, address }, index) =>
        virtualMeter(
            facts,
            {
                clock,
                address,
                load: heatPump(seeds[index]!),
                poweredSince: clock.now(),
                seed: index + 1,
            },
            isFile(model),
        ),
    )
    for (const slave of slaves.slice(0, dead)) slave.powerOff()
    const names = wiring.meters.map(
        ({ name, model }, index) => `${name} (${model}${index < dead ? ", dead" : ""})`,
    )
    return {
        line: new VirtualLine({ clock, settings, slaves }),
        description: `virtual ${names.join(", ")}`,
        meters: slaves.map((meter, index) => {
            const { name, facts } = wiring.meters[index]!
            return { name, meter, isHeat: isHeatMeter(facts) }
        }),
    }
}

/** Distinguishes registers with a field of a wired meter from registers that are only read along with them. */
function wantedRegisters({ meters }: Wiring): Wanted {
    const wanted = new Set<string>()
    for (const { address, facts, fields } of meters) {
        for (const { function: code, at, type } of placesRead(facts, chosenFields(facts, fields))) {
            for (let i = 0; i < registersOf(type); i++) wanted.add(`${address} ${code} ${at + i}`)
        }
    }
    return (address, code, register) => wanted.has(`${address} ${code} ${register}`)
}

/** A seed for every meter's heat pump. A heat meter belongs to the heat pump of the electricity meter before it. */
function heatPumpSeeds(models: readonly MeterModel[]): number[] {
    let pumps = 0
    return models.map(({ fields }) => {
        if (!isHeatMeter({ fields }) || pumps === 0) pumps++
        return pumps
    })
}

async function readText(path: string): Promise<string> {
    try {
        return await readFile(path, "utf8")
    } catch (error) {
        throw fileError("--replay", path, error)
    }
}

function isHeatMeter({ fields }: Pick<MeterModel, "fields">): boolean {
    return fields.some(({ name }) => name === "flow_temperature")
}
