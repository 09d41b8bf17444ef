import {
    ControlReg,
    DeviceScriptManagerReg,
    type JDService,
    SRV_CONTROL,
    SRV_DEVICE_SCRIPT_MANAGER,
} from "jacdac-ts"
import {
    COUNTER_NAMES,
    EmonMeter,
    EmonStation,
    EmonStore,
    SRV_EMON_METER,
    SRV_EMON_STATION,
    SRV_EMON_STORE,
} from "../../sim/bus/services"
import { type Device, type Register, readRegister } from "./device"
import { NoReply } from "./errors"

/** What the firmware itself tells, whatever program it runs. */
export interface FirmwareStatus {
    readonly description: string
    /** Of the firmware. */
    readonly version: string
    readonly program: { readonly name: string; readonly version: string; readonly running: boolean }
    /** Seconds since the chip's start. */
    readonly uptime: number
}

/** One part of the program. */
export interface ActorStatus {
    readonly name: string
    readonly restarts: number
    /** Seconds since its last heartbeat; `undefined` while it waits for its restart. */
    readonly silentFor: number | undefined
}

/** What the program tells. */
export interface ProgramStatus {
    readonly start: {
        /** Seconds since then. */
        readonly ago: number
        readonly reason: string
        /** Restarts in a row that led to it. */
        readonly restarts: number
        readonly safeMode: boolean
    }
    /** `undefined` while nobody knows what time it is. */
    readonly clock: { readonly now: number; readonly uncertaintyMs: number } | undefined
    readonly actors: readonly ActorStatus[]
    /** What happened on the line, for example `requests` and `NoAnswer`. */
    readonly line: Readonly<Record<string, number>>
    readonly counters: Readonly<Record<(typeof COUNTER_NAMES)[number], number>>
    readonly meters: readonly MeterStatus[]
}

export interface MeterStatus {
    readonly name: string
    /** Of `voltage`, `current` and so on those that are known. */
    readonly values: Readonly<Record<string, number>>
}

export interface Status {
    readonly device: string
    readonly firmware: FirmwareStatus
    readonly program: ProgramStatus
}

/**
 * Asks a device how it is.
 * @throws NoServices, NoReply
 */
export async function readStatus(device: Device): Promise<Status> {
    const firmware = await readFirmware(device)
    return { device: device.id, firmware, program: await readProgram(device, firmware.uptime) }
}

async function readFirmware(device: Device): Promise<FirmwareStatus> {
    const control = device.firmware(SRV_CONTROL)
    const manager = device.firmware(SRV_DEVICE_SCRIPT_MANAGER)
    if (!control || !manager) throw new NoReply("it has lost its services")
    const text = async (service: JDService, code: number): Promise<string> =>
        (await readRegister<[string]>(service, { code, format: "s" }))[0]
    const [microseconds] = await readRegister<[number]>(control, { code: ControlReg.Uptime, format: "u64" })
    const [running] = await readRegister<[number]>(manager, {
        code: DeviceScriptManagerReg.Running,
        format: "u8",
    })
    return {
        description: await text(control, ControlReg.DeviceDescription),
        version: await text(control, ControlReg.FirmwareVersion),
        program: {
            name: await text(manager, DeviceScriptManagerReg.ProgramName),
            version: await text(manager, DeviceScriptManagerReg.ProgramVersion),
            running: running === 1,
        },
        uptime: Math.floor(microseconds / 1e6),
    }
}

async function readProgram(device: Device, uptime: number): Promise<ProgramStatus> {
    const [station] = await device.program(SRV_EMON_STATION)
    const [store] = await device.program(SRV_EMON_STORE)
    const meters = await device.program(SRV_EMON_METER)
    const [startedAt, restarts, safeMode, reason] = await readRegister<[number, number, number, string]>(
        station!,
        EmonStation.restart,
    )
    const [offset, uncertainty] = await readRegister<[number, number]>(station!, EmonStation.clock)
    const [actors] = await readRegister<[string]>(station!, EmonStation.actors)
    const [line] = await readRegister<[string]>(station!, EmonStation.line)
    const counts = await readRegister<number[]>(store!, EmonStore.counters)
    const known = !Number.isNaN(offset)
    return {
        start: { ago: Math.max(0, uptime - startedAt), reason, restarts, safeMode: safeMode === 1 },
        clock: known ? { now: offset + uptime * 1000, uncertaintyMs: Math.round(uncertainty) } : undefined,
        actors: actors.split(",").map(actorOf),
        line: countsOf(line),
        counters: Object.fromEntries(
            COUNTER_NAMES.map((name, i) => [name, counts[i]!]),
        ) as ProgramStatus["counters"],
        meters: await Promise.all(meters.map(readMeter)),
    }
}

async function readMeter(service: JDService): Promise<MeterStatus> {
    const { instanceName, ...quantities } = EmonMeter
    const values: Record<string, number> = {}
    for (const [name, register] of Object.entries<Register>(quantities)) {
        const [value] = await readRegister<[number]>(service, register)
        if (!Number.isNaN(value)) values[name] = value
    }
    const [name] = await readRegister<[string]>(service, instanceName)
    return { name, values }
}

function actorOf(text: string): ActorStatus {
    const [name = "", restarts, silentFor] = text.split(" ")
    return {
        name,
        restarts: Number(restarts),
        silentFor: silentFor === undefined ? undefined : Number(silentFor),
    }
}

/** Of `requests 10, bytes drained 3`. */
function countsOf(text: string): Record<string, number> {
    return Object.fromEntries([...text.matchAll(/([^,]+?) (\d+)(?:, |$)/g)].map(m => [m[1]!, Number(m[2])]))
}
