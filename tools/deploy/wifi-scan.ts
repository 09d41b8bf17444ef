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

/** A network within range of a device. */
export interface Network {
    /** The network's name. Control characters, which a stranger's network may contain, are replaced by `?`. */
    readonly ssid: string
    /** Signal strength. */
    readonly dbm: number
    readonly channel: number
    /** It needs no password. */
    readonly open: boolean
}

/** The networks that a device sees, and the one that it is configured for. */
export interface Scan {
    /** Strongest first, with every name once. */
    readonly networks: readonly Network[]
    /** The network that the device is configured for, if any. */
    readonly known: string | undefined
}

/** The device does not scan for networks. */
export class ScanFailed extends Error {
    constructor() {
        super("the device does not scan for networks, and gives no reason; try again, or reset it first")
        this.name = "ScanFailed"
    }
}

/** How long to wait for a scan, in ms. It takes about 2 s; a firmware that cannot scan says nothing. */
const SCAN_MS = 6000
/** How long the driver takes to give up a connection, in ms. */
const LEAVE_MS = 500
const PIPE_MS = 2000
const ATTEMPTS = 3
/** `JD_WIFI_APFLAGS_HAS_PASSWORD` of jacdac-c. */
const HAS_PASSWORD = 1

/**
 * Has a device scan for networks. The firmware cannot scan while it is trying in vain to join a network; if so, its WiFi is
 * disabled for the scan and enabled again afterwards.
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
 * The network that a device is configured for.
 * @returns `undefined` if there is none
 * @throws NoReply
 */
export async function knownNetwork(service: JDService): Promise<string | undefined> {
    const [first] = await readList(service, WifiCmd.ListKnownNetworks)
    return first && shownName(jdunpack<[number, number, string]>(first, WifiPipePack.NetworkResults)[2])
}

/** @returns whether the device has reported the end of the scan in time */
async function scanOnce(service: JDService): Promise<boolean> {
    let forget = () => {}
    let timer: NodeJS.Timeout | undefined
    const done = new Promise<boolean>(resolve => {
        timer = setTimeout(() => resolve(false), SCAN_MS)
        // Not the library's own event subscription: it miscounts some events and drops them. An old event does no harm here.
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

/** Reads a list that the firmware sends through a pipe. */
async function readList(service: JDService, command: number): Promise<Uint8Array[]> {
    for (let attempt = 1; ; attempt++) {
        const pipe = new InPipeReader(service.device.bus)
        try {
            await service.sendPacketAsync(pipe.openCommand(command), true)
            return await pipe.readData(PIPE_MS)
        } catch (cause) {
            if (attempt === ATTEMPTS) throw new NoReply("when asked for its list of networks", { cause })
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
