import { setTimeout as wait } from "node:timers/promises"
import { Packet, SRV_WIFI, WifiCmd, WifiReg } from "jacdac-ts"
import { type Device, readRegister } from "../device/device"
import { acknowledged, joinWifi } from "./deploy"

/** The device's firmware has no WiFi, such as that of `npm start`. */
export class NoWifi extends Error {
    constructor() {
        super("this device has no WiFi; a simulated device uses the computer's network")
        this.name = "NoWifi"
    }
}

/** The state of a device's WiFi. */
export interface WifiStatus {
    /** `undefined` while it is not connected. */
    readonly ssid: string | undefined
    readonly address: string | undefined
    /** Signal strength in dBm. */
    readonly dbm: number | undefined
}

const NOT_CONNECTED_DBM = -128
/** How long joining a network may take, and how often it is checked, in ms. */
const JOIN_MS = 20_000
const LOOK_MS = 500

/** @throws NoWifi, NoReply */
export async function wifiStatus(device: Device): Promise<WifiStatus> {
    const service = await device.findFirmware(SRV_WIFI)
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
 * Gives a device another network, which it keeps, and waits until it is connected. The firmware does not distinguish a wrong
 * password from a network that is out of range.
 * @returns the state when it is connected, or when time is up
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

/** Written instead of a network: a name that no network has. */
const NO_NETWORK = { ssid: "-", password: "" }

/**
 * Has a device forget its network. The firmware's own command lasts only until the next reset, so another name is written to
 * the flash. Whoever has the chip can read the old password there until that part of the flash is erased.
 * @throws NoWifi, NoReply
 */
export async function forgetWifi(device: Device): Promise<void> {
    if (!(await joinWifi(device, NO_NETWORK))) throw new NoWifi()
    for (const command of [WifiCmd.ForgetAllNetworks, WifiCmd.Reconnect])
        await acknowledged(device, SRV_WIFI, Packet.onlyHeader(command))
}
