import { Command } from "commander"
import { changeWifi, forgetWifi, type WifiStatus, wifiStatus } from "../../tools/deploy/wifi"
import { type Network, type Scan, ScanFailed, scanWifi } from "../../tools/deploy/wifi-scan"
import type { Device } from "../../tools/device/device"
import { valueError } from "../../tools/settings/parse-settings"
import type { WithDevice } from "./with-device"

/** Says what the firmware cannot do, and what this command does instead. */
const HELP = `
The password is read from the environment, so that no list of processes shows it:
  WIFI_PWD='long enough' npm run device -- --serial /dev/ttyUSB0 wifi add home

The firmware keeps one network. It cannot tell a wrong password from a network out of range; after a failed add,
this command scans for networks to find the likely cause.`

/** Commands for a device's network. */
export function wifiCommand(withDevice: WithDevice): Command {
    const wifi = new Command("wifi")
        .description("manage the device's WiFi network; it has one at a time")
        .addHelpText("after", HELP)
    wifi.command("status")
        .description("show whether it is connected, and the signal strength")
        .action(() => withDevice(async device => console.log(statusText(await wifiStatus(device)))))
    wifi.command("scan")
        .description("list the networks that the device sees; interrupts an attempt to connect")
        .option("--json", "print each network as a line of JSON")
        .action(({ json }: { json?: true }) => withDevice(device => scan(device, json)))
    wifi.command("add")
        .description("replace its network by another one; the password is read from WIFI_PWD")
        .argument("<ssid>", "name of the network")
        .action((ssid: string) => withDevice(device => add(device, ssid)))
    wifi.command("forget")
        .description("remove its network; the flash then holds the name - instead")
        .action(() =>
            withDevice(async device => {
                await forgetWifi(device)
                console.log(
                    "The device has no network now. The old password stays in the flash until the flash is erased.",
                )
            }),
        )
    return wifi
}

async function scan(device: Device, json?: true): Promise<void> {
    const found = await scanWifi(device)
    if (json) {
        for (const network of found.networks) console.log(JSON.stringify(network))
        return
    }
    for (const network of found.networks) console.log(networkText(network, found))
    if (found.networks.length === 0) console.log("The device sees no network. It supports only 2.4 GHz.")
    const { known, networks } = found
    if (known !== undefined && !networks.some(({ ssid }) => ssid === known))
        console.error(
            `${known}, the device's own network, is not among them: out of range, 5 GHz only, or hidden.`,
        )
}

async function add(device: Device, ssid: string): Promise<void> {
    const password = process.env.WIFI_PWD ?? ""
    for (const [name, value] of [["WIFI_SSID", ssid], ...(password ? [["WIFI_PWD", password]] : [])]) {
        const error = valueError(name!, value, { name: "wifi add" })
        if (error) throw error
    }
    const status = await changeWifi(device, { ssid, password })
    if (status.ssid === ssid) return console.log(statusText(status))
    process.exitCode = 1
    const why = await reasonAgainst(device, ssid, password)
    console.error(
        `The device did not connect to ${ssid} within 20 s. ${why} It keeps trying, even after a reset.`,
    )
}

/** Why a network was probably not joined, judged by the networks within range. */
async function reasonAgainst(device: Device, ssid: string, password: string): Promise<string> {
    let networks: readonly Network[]
    try {
        ;({ networks } = await scanWifi(device))
    } catch (error) {
        if (!(error instanceof ScanFailed)) throw error
        return "It could not scan for networks. Is the password right, and does the network use 2.4 GHz?"
    }
    const network = networks.find(one => one.ssid === ssid)
    if (!network) {
        const names = networks.map(one => one.ssid).join(", ")
        return `It sees ${names === "" ? "no network" : names}. Is the name right? Is the network hidden or 5 GHz only?`
    }
    const reach = `It is in range with ${network.dbm} dBm`
    if (network.open && password !== "") return `${reach}, and has no password. Leave WIFI_PWD out.`
    if (network.open) return `${reach}, but assigns no address.`
    return password === ""
        ? `${reach}, and needs a password. Write WIFI_PWD=... before the command.`
        : `${reach}, so the password is probably wrong (WIFI_PWD before the command).`
}

/** Longest SSID that the standard permits, in bytes. */
const NAME_WIDTH = 32

function networkText({ ssid, dbm, channel, open }: Network, { known }: Scan): string {
    const remarks = [open ? "open" : "", ssid === known ? "the device's own" : ""].filter(Boolean).join(", ")
    return `${ssid.padEnd(NAME_WIDTH)} ${dbm} dBm  channel ${String(channel).padStart(2)}  ${remarks}`.trimEnd()
}

function statusText({ ssid, address, dbm }: WifiStatus): string {
    if (address === undefined) return "not connected"
    return `connected${ssid ? ` to ${ssid}` : ""}, address ${address}${dbm === undefined ? "" : `, ${dbm} dBm`}`
}
