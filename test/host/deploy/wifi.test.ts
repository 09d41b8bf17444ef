import { Packet, SRV_WIFI, WifiCmd } from "jacdac-ts"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { StandInChip } from "../../../sim/chip/stand-in-chip"
import { VirtualClock } from "../../../sim/clock"
import { openChip } from "../../../tools/deploy/find-chip"
import type { SerialBus } from "../../../tools/deploy/serial-bus"
import { forgetWifi, wifiStatus } from "../../../tools/deploy/wifi"
import { knownNetwork, scanWifi } from "../../../tools/deploy/wifi-scan"
import { Device } from "../../../tools/device/device"
import { NoReply } from "../../../tools/device/errors"
import { ProjectCopy } from "../start/npm-start"

/* These tests use a stand-in for the chip, never compared with a real one. Its WiFi service follows the firmware's source. */

const NETWORKS = { home: "long enough", "barn\x1b[31m": "another one", garden: "" }

let clock: VirtualClock
let chip: StandInChip
let path: string

beforeEach(async () => {
    clock = new VirtualClock(1, Date.now())
    chip = new StandInChip({ clock, networks: NETWORKS })
    path = await chip.plugIn()
})

afterEach(async () => {
    await chip.pullOut()
    clock.stop()
})

/** An order to join a network, as another tool on the bus could give it. */
function orderTo({ wifi }: StandInChip, data: string): Packet {
    const packet = Packet.from(WifiCmd.AddNetwork, Buffer.from(data))
    packet.deviceIdentifier = "e3015c2109a40016"
    packet.serviceIndex = wifi.serviceIndex
    return packet
}

describe("over the bus", () => {
    let serial: SerialBus
    let device: Device

    beforeEach(async () => {
        serial = await openChip(path)
        device = await Device.find(serial.bus)
    })

    afterEach(() => serial.close())

    test("lists the networks in range, strongest first", async () => {
        expect(await scanWifi(device)).toEqual({
            networks: [
                { ssid: "home", dbm: -48, channel: 6, open: false },
                { ssid: "barn?[31m", dbm: -60, channel: 1, open: false },
                { ssid: "garden", dbm: -72, channel: 11, open: true },
            ],
            known: undefined,
        })
    })

    test("scans while the device tries to join a network, without stopping it", async () => {
        chip.wifi.receive(new Uint8Array(12), orderTo(chip, "home\0wrong one\0"))
        const { networks, known } = await scanWifi(device)
        expect(networks).toHaveLength(3)
        expect(known).toBe("home")
        chip.wifi.receive(new Uint8Array(12), orderTo(chip, "home\0long enough\0"))
        for (let i = 0; i < 100 && !chip.wifi.connectedTo; i++) await new Promise(r => setTimeout(r, 50))
        expect(chip.wifi.connectedTo).toBe("home")
    })

    test("keeps the connection during a scan", async () => {
        chip.wifi.connectedTo = "home"
        await scanWifi(device)
        expect(chip.wifi.connectedTo).toBe("home")
    })

    test("reports a chip that is gone", async () => {
        const service = (await device.findFirmware(SRV_WIFI))!
        const pulled = chip.pullOut()
        await expect(scanWifi(device)).rejects.toThrow(NoReply)
        await expect(knownNetwork(service)).rejects.toThrow("when asked for its list of networks")
        await pulled
    })

    test("removes a forgotten network from flash, too", async () => {
        chip.wifi.receive(new Uint8Array(12), orderTo(chip, "home\0long enough\0"))
        await forgetWifi(device)
        expect(chip.wifi.stored).toEqual({ ssid: "-", password: "" })
        await new Promise(r => setTimeout(r, 800))
        expect((await wifiStatus(device)).ssid).toBeUndefined()
        expect((await scanWifi(device)).known).toBeUndefined()
    })
})

describe("npm run device", () => {
    let project: ProjectCopy

    beforeAll(async () => {
        project = await ProjectCopy.make()
    })

    afterAll(() => project.remove())

    const wifiAt = (port: string, password: string, ...args: string[]) =>
        project.run("env", [
            `WIFI_PWD=${password}`,
            ...[process.execPath, "cli/run.mjs", "cli/device/main.ts", "--serial", port, "wifi", ...args],
        ]).ended
    const wifi = (password: string, ...args: string[]) => wifiAt(path, password, ...args)

    test("wifi scan lists the networks in range", async () => {
        const { code, stdout, stderr } = await wifi("", "scan")
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
        expect(stdout.split("\n").map(line => line.replace(/ +/g, " "))).toEqual([
            "home -48 dBm channel 6",
            "barn?[31m -60 dBm channel 1",
            "garden -72 dBm channel 11 open",
            "",
        ])
        const json = (await wifi("", "scan", "--json")).stdout.trimEnd().split("\n")
        expect(json.map(line => JSON.parse(line))).toEqual([
            { ssid: "home", dbm: -48, channel: 6, open: false },
            { ssid: "barn?[31m", dbm: -60, channel: 1, open: false },
            { ssid: "garden", dbm: -72, channel: 11, open: true },
        ])
    })

    test("wifi add explains failures and never shows the password", async () => {
        const blind = new StandInChip({ clock, networks: NETWORKS })
        blind.wifi.canScan = false
        const unexplained = wifiAt(await blind.plugIn(), "quite wrong", "add", "home")
        const wrong = await wifi("quite wrong", "add", "home")
        expect(wrong.code).toBe(1)
        expect(wrong.stderr).toContain("in range with -48 dBm, so the password is probably wrong")
        expect(wrong.stdout + wrong.stderr).not.toContain("quite wrong")
        const other = await wifi("quite wrong", "add", "hoem")
        expect(other.stderr).toContain("It sees home, barn?[31m, garden. Is the name right")
        const right = await wifi("long enough", "add", "home")
        expect(right).toEqual({
            code: 0,
            stderr: "",
            stdout: "connected to home, address 192.168.1.77, -58 dBm\n",
        })
        expect((await unexplained).stderr).toContain("It could not scan for networks. Is the password right")
        await blind.pullOut()
    })

    test("wifi forget leaves the device without a network", async () => {
        chip.wifi.receive(new Uint8Array(12), orderTo(chip, "home\0long enough\0"))
        const { code, stdout } = await wifi("", "forget")
        expect(stdout).toMatch(/^The device has no network now\. The old password stays in the flash/)
        expect(code).toBe(0)
        expect(chip.wifi.stored).toEqual({ ssid: "-", password: "" })
    })
})
