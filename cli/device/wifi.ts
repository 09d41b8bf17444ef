import { Command } from "commander"
import { changeWifi, forgetWifi, type WifiStatus, wifiStatus } from "../../tools/deploy/wifi"
import { type Network, type Scan, ScanFailed, scanWifi } from "../../tools/deploy/wifi-scan"
import type { Device } from "../../tools/device/device"
import { valueError } from "../../tools/settings/parse-settings"
import type { WithDevice } from "./with-device"

/** Says what the firmware cannot do, and what this command does instead. */
const HELP = `
The password is read from the environment, so that it is in no list of processes:
  WIFI_PWD='long enough' npm run device -- --serial /dev/ttyUSB0 wifi add home

The firmware keeps one network. It does not tell a wrong password from a network out of reach; after a failed add,
this command looks what is in reach and says which it must be.`

/** Commands for a device's network. */
export function wifiCommand(withDevice: WithDevice): Command {
    const wifi = new Command("wifi")
        .description("the network of the device, which has one at a time")
        .addHelpText("after", HELP)
    wifi.command("status")
        .description("whether it is connected, and how well")
        .action(() => withDevice(async device => console.log(statusText(await wifiStatus(device)))))
    wifi.command("scan")
        .description("which networks the device sees; one that is trying to join is interrupted for it")
        .option("--json", "each network as a line of JSON")
        .action(({ json }: { json?: true }) => withDevice(device => scan(device, json)))
    wifi.command("add")
        .description("give it another network in place of the one it has; the password is read from WIFI_PWD")
        .argument("<ssid>", "name of the network")
        .action((ssid: string) => withDevice(device => add(device, ssid)))
    wifi.command("forget")
        .description("take its network away: the flash then has the name - in its place")
        .action(() =>
            withDevice(async device => {
                await forgetWifi(device)
                console.log(
                    "The device has no network any more. Its old password is in the flash until that is erased.",
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
    if (found.networks.length === 0) console.log("The device sees no network. It hears 2.4 GHz only.")
    const { known, networks } = found
    if (known !== undefined && !networks.some(({ ssid }) => ssid === known))
        console.error(
            `${known}, which it has been given, is not among them: out of reach, 5 GHz only, or hidden.`,
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
        `The device does not get into ${ssid} within 20 s. ${why} It keeps trying, also after a reset.`,
    )
}

/** Why a network was probably not joined, judged by the networks within range. */
async function reasonAgainst(device: Device, ssid: string, password: string): Promise<string> {
    let networks: readonly Network[]
    try {
        ;({ networks } = await scanWifi(device))
    } catch (error) {
        if (!(error instanceof ScanFailed)) throw error
        return "What is in reach it does not tell: is the password right, does the network have 2.4 GHz?"
    }
    const network = networks.find(one => one.ssid === ssid)
    if (!network) {
        const names = networks.map(one => one.ssid).join(", ")
        return `It sees ${names === "" ? "no network" : names}: is the name right, is the network hidden or 5 GHz only?`
    }
    const reach = `It is in reach with ${network.dbm} dBm`
    if (network.open && password !== "") return `${reach}, and has no password; leave WIFI_PWD out.`
    if (network.open) return `${reach}, and gives no address.`
    return password === ""
        ? `${reach}, and needs a password, in WIFI_PWD in front of the command.`
        : `${reach}, so the password is probably wrong (WIFI_PWD in front of the command).`
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
