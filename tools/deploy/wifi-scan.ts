import { setTimeout as wait } from "node:timers/promises"
import {
    CMD_SET_REG,
    InPipeReader,
    type JDService,
    jdunpack,
    PACKET_PROCESS,
    Packet,
    SRV_WIFI,
    WifiCmd,
    WifiEvent,
    WifiPipePack,
    WifiReg,
} from "jacdac-ts"
import type { Device } from "../device/device"
import { NoReply } from "../device/errors"
import { NoWifi } from "./wifi"

/** A network in a device's reach. */
export interface Network {
    /** Its name; control characters, which a stranger's network may have in it, are a `?`. */
    readonly ssid: string
    /** Strength of its signal. */
    readonly dbm: number
    readonly channel: number
    /** It has no password. */
    readonly open: boolean
}

/** What a device sees, and what it wants. */
export interface Scan {
    /** The strongest first; each name once. */
    readonly networks: readonly Network[]
    /** The network that the device has been given; `undefined` for none. */
    readonly known: string | undefined
}

/** A device does not look for networks. */
export class ScanFailed extends Error {
    constructor() {
        super("the device does not look for networks, and does not say why; try again, or after a reset")
        this.name = "ScanFailed"
    }
}

/** A scan takes some 2 s; a firmware that cannot says nothing. */
const SCAN_MS = 6000
/** How long the driver takes to give up a connection. */
const LEAVE_MS = 500
const PIPE_MS = 2000
const ATTEMPTS = 3
/** `JD_WIFI_APFLAGS_HAS_PASSWORD` of jacdac-c. */
const HAS_PASSWORD = 1

/**
 * Has a device look for networks. While it tries in vain to join one, its firmware cannot; then its radio is told to let go, and
 * to try again afterwards.
 * @throws NoWifi, NoReply, ScanFailed
 */
export async function scanWifi(device: Device): Promise<Scan> {
    const service = await device.findFirmware(SRV_WIFI)
    if (!service) throw new NoWifi()
    if (!(await scanOnce(service))) {
        await enable(service, false)
        try {
            await wait(LEAVE_MS)
            if (!(await scanOnce(service))) throw new ScanFailed()
        } finally {
            await enable(service, true)
        }
    }
    return { networks: await lastResults(service), known: await knownNetwork(service) }
}

/**
 * The network that a device has been given.
 * @returns `undefined` for none
 * @throws NoReply
 */
export async function knownNetwork(service: JDService): Promise<string | undefined> {
    const [first] = await readList(service, WifiCmd.ListKnownNetworks)
    return first && shownName(jdunpack<[number, number, string]>(first, WifiPipePack.NetworkResults)[2])
}

/** @returns whether it has told in time that it has looked */
async function scanOnce(service: JDService): Promise<boolean> {
    let forget = () => {}
    let timer: NodeJS.Timeout | undefined
    const done = new Promise<boolean>(resolve => {
        timer = setTimeout(() => resolve(false), SCAN_MS)
        // Not only events that the library takes for new: of some it loses count, and an old one does no harm here.
        forget = service.device.bus.subscribe(PACKET_PROCESS, (packet: Packet) => {
            const isOurs =
                packet.deviceIdentifier === service.device.deviceId &&
                packet.serviceIndex === service.serviceIndex
            if (isOurs && packet.isEvent && packet.eventCode === WifiEvent.ScanComplete) resolve(true)
        })
    })
    try {
        await send(service, Packet.onlyHeader(WifiCmd.Scan))
        return await done
    } finally {
        clearTimeout(timer)
        forget()
    }
}

async function lastResults(service: JDService): Promise<Network[]> {
    const strongest = new Map<string, Network>()
    for (const bytes of await readList(service, WifiCmd.LastScanResults)) {
        const [flags, , dbm, channel, , text] = jdunpack<
            [number, number, number, number, Uint8Array, string]
        >(bytes, WifiPipePack.Results)
        const ssid = shownName(text)
        // A hidden network has no name.
        if (ssid === "" || (strongest.get(ssid)?.dbm ?? Number.NEGATIVE_INFINITY) > dbm) continue
        strongest.set(ssid, { ssid, dbm, channel, open: (flags & HAS_PASSWORD) === 0 })
    }
    return [...strongest.values()].sort((a, b) => b.dbm - a.dbm)
}

async function enable(service: JDService, on: boolean): Promise<void> {
    await send(service, Packet.from(CMD_SET_REG | WifiReg.Enabled, Uint8Array.of(on ? 1 : 0)))
}

async function send(service: JDService, packet: Packet): Promise<void> {
    for (let attempt = 1; ; attempt++) {
        try {
            await service.sendPacketAsync(packet.clone(), true)
            return
        } catch (cause) {
            if (attempt === ATTEMPTS) throw new NoReply(`${packet}`, { cause })
        }
    }
}

/** A list that the firmware sends through a pipe. */
async function readList(service: JDService, command: number): Promise<Uint8Array[]> {
    for (let attempt = 1; ; attempt++) {
        const pipe = new InPipeReader(service.device.bus)
        try {
            await service.sendPacketAsync(pipe.openCommand(command), true)
            return await pipe.readData(PIPE_MS)
        } catch (cause) {
            if (attempt === ATTEMPTS) throw new NoReply("for its list of networks", { cause })
        } finally {
            pipe.close()
        }
    }
}

function shownName(text: string): string {
    const end = text.indexOf("\0")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get to a terminal
    return (end < 0 ? text : text.slice(0, end)).replace(/[\u0000-\u001f\u007f-\u009f]/g, "?")
}
