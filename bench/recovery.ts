import type { LogLine } from "../sim/vm/device"
import { ACTORS, type Fault } from "../tools/faulty-program/device/fault"
import { faultyProgram } from "../tools/faulty-program/faulty-program"
import type { Image } from "../tools/image"
import { defaultConfig } from "../tools/wiring/default-config"
import type { Bench } from "./bench"
import { MainJob } from "./main-job"

/** How the program came through a fault. */
export interface Recovery {
    readonly fault: string
    /** From the fault to the new actor, or to the next reading that EmonCMS accepted; `null` if neither came in time. */
    readonly recoveredMs: number | null
    /** Readings that were due, but never reached EmonCMS, or only with the time of another one. */
    readonly lost: number
}

export const FAULTS: readonly Fault[] = [
    ...ACTORS.map(actor => ({ kind: "throw", actor }) as const),
    ...ACTORS.map(actor => ({ kind: "hang", actor }) as const),
    { kind: "mailbox overrun" },
    { kind: "publish storm" },
    { kind: "out of memory" },
    { kind: "settings full" },
    { kind: "settings gone" },
    { kind: "clock jumping" },
]

/** By when the fault has happened, and how long recovery can take, in seconds. */
const FAULT_S = 170
const PATIENCE_S = 900
/** How long the uplink then has to catch up, in seconds. */
const AFTER_S = 120
/** Seconds between readings. */
const SLOT_S = 10

/** How far the server's clock is ahead from the fault until {@link FAULT_S}, in ms. */
const JUMP_MS = 3_600_000

/** How long the settings are gone before the device is deployed again, in seconds. */
const DEPLOY_S = 300

/** Puts the program, between a virtual meter and the stand-in for EmonCMS, through one fault. */
export async function recover(image: Image, fault: Fault): Promise<Recovery> {
    const times: number[] = []
    let fell: number | undefined
    let rose: number | undefined
    const onLog = ({ time, text }: LogLine) => {
        if (text === "fault") fell = time
        if (text === "fault" && fault.kind === "clock jumping") job.serverClock.aheadMs = JUMP_MS
        else if (fell !== undefined && "actor" in fault && text === `alive: ${fault.actor}`) rose ??= time
    }
    const job: MainJob = await MainJob.start(image, { FAULT: fault, RESTARTS: 0 }, onLog)
    const { rig } = job
    job.server.onAccepted(({ input, time }) => {
        if (input !== "power") return
        times.push(time)
        if (fell !== undefined && !("actor" in fault) && time * 1000 > fell) rose ??= rig.clock.now()
    })
    await rig.pass(FAULT_S)
    job.serverClock.aheadMs = 0
    if (fault.kind === "clock jumping") {
        // While the clock is wrong nothing is uploaded; the readings of that time arrive afterwards.
        fell = rig.clock.now()
        rose = undefined
    }
    if (fault.kind === "settings gone") {
        await rig.pass(DEPLOY_S)
        fell = rig.clock.now()
        await rig.simulation.deploy()
    }
    await rig.within(PATIENCE_S, () => rose !== undefined, 1)
    await rig.pass(AFTER_S)
    await job.stop()
    if (fell === undefined) throw new Error(`the fault did not happen: ${nameOf(fault)}`)
    return {
        fault: nameOf(fault),
        recoveredMs: rose === undefined ? null : Math.round(rose - fell),
        lost: missing(times),
    }
}

export function nameOf(fault: Fault): string {
    return "actor" in fault ? `${fault.kind} in ${fault.actor}` : fault.kind
}

/** Number of slots without a reading between the first and the last. */
function missing(times: readonly number[]): number {
    const slots = new Set(times.map(time => Math.round(time / SLOT_S)))
    return Math.max(...slots) - Math.min(...slots) + 1 - slots.size
}

/** How long the program takes to recover from faults, and what it loses. */
export const recovery: Bench = {
    name: "recovery",
    subject: "after faults",
    method:
        "The bytecode runs between a virtual meter and the stand-in server. Each run starts at power-on and has one " +
        "fault after two minutes. For the fault of an actor: the time until a new actor does its work. Otherwise: the " +
        "time until EmonCMS has accepted a reading taken after the fault, which takes up to 40 s even without a fault. If " +
        "the settings are gone, they are deployed again after five minutes, and the time is counted from then. If the " +
        "clock jumps, the server's clock is an hour ahead for 50 s, and the time is counted from its return. Lost: " +
        "readings that were due, one every 10 s, and that never reached EmonCMS, or only with the time of another one. " +
        "In virtual time, exact except for random back-offs.",
    async measure() {
        const image = await faultyProgram.build(defaultConfig)
        const figures: Recovery[] = []
        for (const fault of FAULTS) figures.push(await recover(image, fault))
        return {
            figures,
            tables: [
                {
                    columns: ["fault", "recovery time, ms", "readings lost"],
                    rows: figures.map(({ fault, recoveredMs, lost }) => [
                        fault,
                        recoveredMs ?? "never",
                        lost,
                    ]),
                },
            ],
        }
    },
}
