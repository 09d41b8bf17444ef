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

/** Blocks of readings, and how many there may be. */
export interface Fill {
    readonly blocks: number
    readonly limit: number
}

/** Where readings wait; the block that is being filled is not counted. */
export interface QueueStatus {
    readonly memory: Fill
    /** In slots, which survive a restart. */
    readonly flash: Fill
    /** Readings that were sent and not answered: EmonCMS may have them. */
    readonly inDoubt: number
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
    /**
     * The server's last date cannot be, or does not fit: nothing is uploaded until that is settled. `undefined` for a program
     * that does not tell.
     */
    readonly clockDoubted: boolean | undefined
    /** `undefined` for a program that does not tell. */
    readonly queue: QueueStatus | undefined
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

/**
 * Asks the firmware.
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
 * Asks the program.
 * @param uptime of the chip, in seconds
 * @throws NoServices, NoReply
 */
export async function readProgram(device: Device, uptime: number): Promise<ProgramStatus> {
    const meters: MeterStatus[] = []
    // One after the other: the program answers four questions at once, and lets the rest fall.
    for (const service of await device.program(SRV_EMON_METER)) meters.push(await readMeter(service))
    return { ...(await readWork(device, uptime)), meters }
}

/**
 * Asks the program for all but its meters.
 * @param uptime of the chip, in seconds
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

/** A `bool` of a register: a DeviceScript program sends 255 for true, where firmware sends 1. */
function isTrue(byte: number): boolean {
    return byte !== 0
}

/** Slots that never hold readings: two for checkpoints, and one that stays free. */
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
 * What a meter is called.
 * @throws NoReply
 */
export async function readName(meter: JDService): Promise<string> {
    const [name] = await readRegister<[string]>(meter, EmonMeter.instanceName)
    return name
}

/**
 * The values of a meter's latest poll, without those that are unknown.
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
 * Seconds since the chip's start.
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

/** Of `requests 10, bytes drained 3`. */
function countsOf(text: string): Record<string, number> {
    return Object.fromEntries([...text.matchAll(/([^,]+?) (\d+)(?:, |$)/g)].map(m => [m[1]!, Number(m[2])]))
}
