import * as ds from "@devicescript/core"
import { type LogRecord, records } from "../device/log"
import { describe, reportFault } from "../kernel/fault"

/*
 * Serves Jacdac services as a second device beside the chip, whose own are the firmware's. Registers can be read, and not
 * written. Each record of the log is reported.
 *
 * It exists because the platform's own `startServer` takes 5.5 KB, and because what a service throws there stops the
 * program. Nothing of it is an object, which saves a KB of heap.
 */

/** How often a Jacdac device says that it is there, in ms. */
const ANNOUNCE_MS = 500
/** What of a record's text has room in a packet. */
const TEXT_BYTES = 220
/** Records that may wait for the bus. */
const MOST_WAITING = 8
/** Packets that may be worked on at once. Each has a fiber of its own, and thousands may come. */
const MOST_ANSWERED = 4

/** What the platform has for servers and does not declare. */
type Platform = typeof ds & {
    _onServerPacket(packet: ds.Packet): Promise<void>
    _serverSend(serviceIndex: number, packet: ds.Packet): Promise<void>
}

/**
 * Tells what a register holds, as its specification wants it; `undefined` for a register that is not there.
 * @param index of the service; that of the logbook is 1
 */
export type ReadRegister = (register: ds.PacketSpec, index: number) => unknown

/**
 * Carries out a command; false if it was not, which is answered as a command that the service does not have.
 * @param index of the service; that of the logbook is 1, and 0 is the control service
 * @param value what it carries, which is one number at most; `undefined` if too few bytes came
 */
export type RunCommand = (
    command: ds.PacketSpec,
    index: number,
    value: number | undefined,
) => Promise<boolean>

/** By their number on the bus, where 0 is the control service. */
let specs: ds.ServiceSpec[]
let readRegister: ReadRegister
let runCommand: RunCommand

let waiting = 0
let answered = 0
/** Records that came too fast to be reported. */
let leftOut = 0

/**
 * Serves for the rest of the program's life. To be called once.
 * @param services the first one is the logbook
 * @param read may throw, which is reported
 * @param command may throw, which is reported
 */
export function serve(services: ds.ServiceSpec[], read: ReadRegister, command: RunCommand) {
    specs = services
    specs.unshift(ds.Control.spec)
    readRegister = read
    runCommand = command
    ;(ds as Platform)._onServerPacket = answer
    records.subscribe(onRecord)
    announce.start()
}

async function announce() {
    const announcement: unknown[] = specs.map(spec => spec.classIdentifier)
    announcement[0] = 0
    announcement.unshift(1, 0)
    const { response } = specs[0].lookup("announce")
    while (true) {
        try {
            await send(0, (response as ds.PacketSpec).encode(announcement))
        } catch (e) {
            reportFault("services", e as Error)
        }
        await ds.sleep(ANNOUNCE_MS)
    }
}

function onRecord({ at, level, source, text }: LogRecord) {
    const told = (source + ": " + text).slice(0, TEXT_BYTES)
    if (!report(1, "record", [Math.floor(at / 1000), leftOut, level, told])) leftOut++
}

/**
 * Reports a register that nobody has asked for.
 * @param index of the service
 * @returns whether it is on its way: what comes too fast is not reported
 */
export function report(index: number, register: string, value: unknown): boolean {
    if (waiting === MOST_WAITING) return false
    waiting++
    reportNow.start(index, register, value)
    return true
}

async function reportNow(index: number, register: string, value: unknown) {
    try {
        await send(index, specs[index].lookup(register).encode(value))
    } catch (e) {
        // the log would report it, too, and so on
        console.error("services: " + describe(e as Error))
    }
    waiting--
}

/**
 * Runs in a fiber of the platform, where nobody else would catch what is thrown. What comes too fast is lost, as packets on
 * a bus may be.
 */
async function answer(packet: ds.Packet) {
    // The platform has no packet for one whose size is wrong.
    const serviceIndex = packet ? packet.serviceIndex : -1
    const service = specs[serviceIndex]
    if (!service) return
    if (answered === MOST_ANSWERED) return
    answered++
    try {
        service.assign(packet)
        const { spec } = packet
        let reply = packet.notImplemented()
        if (spec) {
            if (packet.isAction) {
                if (await runCommand(spec, serviceIndex, packet.decode()))
                    reply = (spec.response as ds.PacketSpec).encode(undefined)
            } else if (packet.isRegGet) {
                const value = readRegister(spec, serviceIndex)
                if (value !== undefined) reply = spec.encode(value)
            }
        }
        await send(serviceIndex, reply)
    } catch (e) {
        reportFault("services", e as Error)
    }
    answered--
}

async function send(service: number, packet: ds.Packet) {
    await (ds as Platform)._serverSend(service, packet)
}
