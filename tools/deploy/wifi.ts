import { setTimeout as wait } from "node:timers/promises"
import { SRV_WIFI, WifiReg } from "jacdac-ts"
import { type Device, readRegister } from "../device/device"
import { joinWifi } from "./deploy"

/** A device whose firmware has no WiFi, such as that of npm start. */
export class NoWifi extends Error {
    constructor() {
        super("this device has no WiFi; a simulated one uses the network of the computer")
        this.name = "NoWifi"
    }
}

/** What a device tells of its WiFi. */
export interface WifiStatus {
    /** `undefined` while it is not connected. */
    readonly ssid: string | undefined
    readonly address: string | undefined
    /** Strength of the signal in dBm. */
    readonly dbm: number | undefined
}

const NOT_CONNECTED_DBM = -128
/** How long joining a network may take, and from one look to the next. */
const JOIN_MS = 20_000
const LOOK_MS = 500

/** @throws NoWifi, NoReply */
export async function wifiStatus(device: Device): Promise<WifiStatus> {
    const service = device.firmware(SRV_WIFI)
    if (!service) throw new NoWifi()
    const [ip] = await readRegister<[Uint8Array]>(service, { code: WifiReg.IpAddress, format: "b" })
    const [ssid] = await readRegister<[string]>(service, { code: WifiReg.Ssid, format: "s" })
    const [dbm] = await readRegister<[number]>(service, { code: WifiReg.Rssi, format: "i8" })
    const connected = ip.length > 0
    return {
        ssid: connected && ssid !== "" ? ssid : undefined,
        address: connected ? [...ip].join(".") : undefined,
        dbm: dbm === NOT_CONNECTED_DBM ? undefined : dbm,
    }
}

/**
 * Gives a device another network, which it keeps, and waits until it is connected. The firmware does not tell a wrong password
 * from a network out of reach.
 * @returns how it is then
 * @throws NoWifi, NoReply
 */
export async function changeWifi(
    device: Device,
    wifi: { readonly ssid: string; readonly password: string },
): Promise<WifiStatus> {
    if (!(await joinWifi(device, wifi))) throw new NoWifi()
    for (const end = performance.now() + JOIN_MS; ; await wait(LOOK_MS)) {
        const status = await wifiStatus(device)
        if (status.ssid === wifi.ssid || performance.now() > end) return status
    }
}
