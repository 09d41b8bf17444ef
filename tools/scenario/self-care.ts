import { EmonStation, STATION_INDEX } from "../../sim/bus/services"
import type { Simulation } from "../../sim/simulation"
import { storedSettings } from "../../sim/vm/stored-settings"
import { readLog } from "../device/log-blocks"
import { ACTORS } from "../faulty-program/device/fault"

/** The state of the program and its log at the end of a run. */
export interface SelfCare {
    /** Actors of the program without a heartbeat. */
    readonly actorsLost: number
    /** Bytes of the log in the flash: the current log and the previous one together. */
    readonly logBytes: number
    /** Records in the log that are older than the record before them. Only wall times are compared. */
    readonly logDisorder: number
}

/** Oldest heartbeat of a living actor, in s. An idle actor has one every 5 s. */
const ALIVE_S = 60

const LOG_KEY = /^log\d+$/

/** Asks the program about its actors, and reads the log in the flash. */
export async function selfCareOf(simulation: Simulation): Promise<SelfCare> {
    const alive = await livingActors(simulation)
    const blocks = logBlocksIn(simulation.device.flash.image)
    const { last, current } = readLog(blocks)
    const times = [...last, ...current].filter(({ wallTime }) => wallTime).map(({ seconds }) => seconds)
    return {
        actorsLost: ACTORS.filter(actor => !alive.has(actor)).length,
        logBytes: blocks.reduce((sum, { length }) => sum + length, 0),
        logDisorder: times.filter((time, i) => i > 0 && time < times[i - 1]!).length,
    }
}

/** The blocks of the log, in the order of their slots. */
export function logBlocksIn(image: Uint8Array): Uint8Array[] {
    return [...storedSettings(image)].filter(([key]) => LOG_KEY.test(key)).map(([, block]) => block)
}

/** The program reports every actor as `name restarts seconds`, where the seconds since its heartbeat may be missing. */
async function livingActors(simulation: Simulation): Promise<ReadonlySet<string>> {
    const told = await simulation.register(STATION_INDEX, EmonStation.actors.code)
    const actors = Buffer.from(told ?? [])
        .toString()
        .split(",")
    const living = actors.flatMap(text => {
        const [name, , seconds] = text.split(" ")
        return name !== undefined && Number(seconds) <= ALIVE_S ? [name] : []
    })
    return new Set(living)
}
