import * as ds from "@devicescript/core"
import { type LogRecord, records } from "../device/log"
import { describe, reportFault } from "../kernel/fault"

/*
 * Serves Jacdac services as a second device beside the chip, whose own services belong to the firmware. Registers are
 * read-only. Each log record is reported.
 *
 * It replaces the platform's `startServer`, which takes 5.5 KB, and in which an exception in a service stops the program. It
 * consists of functions and variables instead of objects, which saves a KB of heap.
 */

/** How often a Jacdac device announces itself, in ms. */
const ANNOUNCE_MS = 500
/** How much of a record's text fits into a packet. */
const TEXT_BYTES = 220
/** Most reports that can wait for the bus. */
const MOST_WAITING = 8
/** Most packets handled at once. Each has its own fiber, and thousands can come. */
const MOST_ANSWERED = 4

/** Server functions that the platform has but does not declare. */
type Platform = typeof ds & {
    _onServerPacket(packet: ds.Packet): Promise<void>
    _serverSend(serviceIndex: number, packet: ds.Packet): Promise<void>
}

/**
 * Returns the content of a register in the form that its specification requires; `undefined` for an unknown register.
 * @param index of the service; the logbook's is 1
 */
export type ReadRegister = (register: ds.PacketSpec, index: number) => unknown

/**
 * Carries out a command. Returns false if it was not carried out; the answer is then that the service has no such command.
 * @param index of the service; the logbook's is 1, and 0 is the control service
 * @param value the command's argument, one number at most; `undefined` if too few bytes came
 */
export type RunCommand = (
    command: ds.PacketSpec,
    index: number,
    value: number | undefined,
) => Promise<boolean>

/** Specifications by service index; 0 is the control service. */
let specs: ds.ServiceSpec[]
let readRegister: ReadRegister
let runCommand: RunCommand

let waiting = 0
let answered = 0
/** Records not reported because they came too fast. */
let leftOut = 0

/**
 * Serves for as long as the program runs. Call it once.
 * @param services the first one is the logbook
 * @param read may throw; that is reported as a fault
 * @param command may throw; that is reported as a fault
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
 * Reports a register unasked.
 * @param index of the service
 * @returns false if too many reports wait already: this one is dropped
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
        // not to the log: that would report another record, and so on
        console.error("services: " + describe(e as Error))
    }
    waiting--
}

/**
 * Runs in a fiber of the platform, where nothing else catches exceptions. Packets that come too fast are lost, as packets on a
 * bus may be.
 */
async function answer(packet: ds.Packet) {
    // The platform passes no packet if its size is wrong.
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
