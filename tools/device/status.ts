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
import { type Device, findRegister, type Register, readRegister } from "./device"

/** The firmware's own status, available whatever program it runs. */
export interface FirmwareStatus {
    readonly description: string
    /** The firmware's version. */
    readonly version: string
    readonly program: { readonly name: string; readonly version: string; readonly running: boolean }
    /** Seconds since the chip started. */
    readonly uptime: number
}

/** An actor of the program. */
export interface ActorStatus {
    readonly name: string
    readonly restarts: number
    /** Seconds since its last heartbeat; `undefined` while it waits to be restarted. */
    readonly silentFor: number | undefined
}

/** How many blocks of readings there are, and how many there can be. */
export interface Fill {
    readonly blocks: number
    readonly limit: number
}

/** Where readings wait. The block that is being filled is not counted. */
export interface QueueStatus {
    readonly memory: Fill
    /** In slots, which survive a restart. */
    readonly flash: Fill
    /** Readings that were sent but not acknowledged: EmonCMS may have them. */
    readonly inDoubt: number
}

/** The program's status. */
export interface ProgramStatus {
    readonly start: {
        /** Seconds since the program started. */
        readonly ago: number
        readonly reason: string
        /** Consecutive restarts that led to this start. */
        readonly restarts: number
        readonly safeMode: boolean
    }
    /** `undefined` while the wall time is unknown. */
    readonly clock: { readonly now: number; readonly uncertaintyMs: number } | undefined
    /**
     * The server's last date is impossible or contradicts the clock; nothing is uploaded until that is resolved. `undefined`
     * for an older program, which does not report it.
     */
    readonly clockDoubted: boolean | undefined
    /** `undefined` for an older program, which does not report it. */
    readonly queue: QueueStatus | undefined
    readonly actors: readonly ActorStatus[]
    /** Counts of events on the line, for example `requests` and `NoAnswer`. */
    readonly line: Readonly<Record<string, number>>
    readonly counters: Readonly<Record<(typeof COUNTER_NAMES)[number], number>>
    readonly meters: readonly MeterStatus[]
}

export interface MeterStatus {
    readonly name: string
    /** Values of `voltage`, `current` and so on, as far as they are known. */
    readonly values: Readonly<Record<string, number>>
}

export interface Status {
    readonly device: string
    readonly firmware: FirmwareStatus
    readonly program: ProgramStatus
}

/**
 * Reads the status of a device.
 * @throws NoServices, NoReply
 */
export async function readStatus(device: Device): Promise<Status> {
    const firmware = await readFirmware(device)
    return { device: device.id, firmware, program: await readProgram(device, firmware.uptime) }
}

/**
 * Reads the firmware's status.
 * @throws NoReply
 */
export async function readFirmware(device: Device): Promise<FirmwareStatus> {
    const control = await device.firmware(SRV_CONTROL)
    const manager = await device.firmware(SRV_DEVICE_SCRIPT_MANAGER)
    const text = async (service: JDService, code: number): Promise<string> =>
        (await readRegister<[string]>(service, { code, format: "s" }))[0]
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
        uptime: await readUptime(control),
    }
}

/**
 * Reads the program's status.
 * @param uptime the chip's, in seconds
 * @throws NoServices, NoReply
 */
export async function readProgram(device: Device, uptime: number): Promise<ProgramStatus> {
    const meters: MeterStatus[] = []
    // One after the other: the program handles four questions at a time and drops the rest.
    for (const service of await device.program(SRV_EMON_METER)) meters.push(await readMeter(service))
    return { ...(await readWork(device, uptime)), meters }
}

/**
 * Reads the program's status without its meters.
 * @param uptime the chip's, in seconds
 * @throws NoServices, NoReply
 */
export async function readWork(device: Device, uptime: number): Promise<Omit<ProgramStatus, "meters">> {
    const [station] = await device.program(SRV_EMON_STATION)
    const [store] = await device.program(SRV_EMON_STORE)
    const [startedAt, restarts, safeMode, reason] = await readRegister<[number, number, number, string]>(
        station!,
        EmonStation.restart,
    )
    const [offset, uncertainty, doubted] = await readRegister<[number, number, number?]>(
        station!,
        EmonStation.clock,
    )
    const [actors] = await readRegister<[string]>(station!, EmonStation.actors)
    const [line] = await readRegister<[string]>(station!, EmonStation.line)
    const counts = await readRegister<number[]>(store!, EmonStore.counters)
    const room = await findRegister<number[]>(store!, EmonStore.room)
    const known = !Number.isNaN(offset)
    return {
        start: { ago: Math.max(0, uptime - startedAt), reason, restarts, safeMode: isTrue(safeMode) },
        clock: known ? { now: offset + uptime * 1000, uncertaintyMs: Math.round(uncertainty) } : undefined,
        clockDoubted: doubted === undefined ? undefined : isTrue(doubted),
        queue: room && queueOf(room),
        actors: actors.split(",").map(actorOf),
        line: countsOf(line),
        counters: Object.fromEntries(
            COUNTER_NAMES.map((name, i) => [name, counts[i]!]),
        ) as ProgramStatus["counters"],
    }
}

/** Decodes the `bool` of a register: a DeviceScript program sends 255 for true, the firmware sends 1. */
function isTrue(byte: number): boolean {
    return byte !== 0
}

/** Slots that never hold readings: two hold checkpoints, and one always stays free. */
const KEPT_SLOTS = 3

function queueOf([blocks = 0, heapBlocks = 0, inSlots = 0, slots = 0, inDoubt = 0]: number[]): QueueStatus {
    return {
        memory: { blocks: blocks - inSlots, limit: heapBlocks },
        flash: { blocks: inSlots, limit: Math.max(0, slots - KEPT_SLOTS) },
        inDoubt,
    }
}

async function readMeter(service: JDService): Promise<MeterStatus> {
    const values = await readQuantities(service)
    return { name: await readName(service), values }
}

/**
 * Reads a meter's name.
 * @throws NoReply
 */
export async function readName(meter: JDService): Promise<string> {
    const [name] = await readRegister<[string]>(meter, EmonMeter.instanceName)
    return name
}

/**
 * Reads the values of a meter's latest poll, without unknown ones.
 * @throws NoReply
 */
export async function readQuantities(meter: JDService): Promise<Record<string, number>> {
    const { instanceName: _, ...quantities } = EmonMeter
    const values: Record<string, number> = {}
    for (const [name, register] of Object.entries<Register>(quantities)) {
        const [value] = await readRegister<[number]>(meter, register)
        if (!Number.isNaN(value)) values[name] = value
    }
    return values
}

/**
 * Reads the seconds since the chip started.
 * @throws NoReply
 */
export async function readUptime(control: JDService): Promise<number> {
    const [microseconds] = await readRegister<[number]>(control, { code: ControlReg.Uptime, format: "u64" })
    return Math.floor(microseconds / 1e6)
}

function actorOf(text: string): ActorStatus {
    const [name = "", restarts, silentFor] = text.split(" ")
    return {
        name,
        restarts: Number(restarts),
        silentFor: silentFor === undefined ? undefined : Number(silentFor),
    }
}

/** Parses counts such as `requests 10, bytes drained 3`. */
function countsOf(text: string): Record<string, number> {
    return Object.fromEntries([...text.matchAll(/([^,]+?) (\d+)(?:, |$)/g)].map(m => [m[1]!, Number(m[2])]))
}
