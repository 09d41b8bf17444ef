import { CMD_EVENT_MASK, JD_SERVICE_INDEX_CRC_ACK, jdpack, Packet, WifiCmd, WifiReg } from "jacdac-ts"
import type { Clock } from "../clock"

/** How long it takes to join a network, in ms. */
const JOIN_MS = 300
const GET = 0x1000
/** The firmware cuts the last byte of a name that is as long as the standard permits. */
const MOST_SSID = 31
const NOT_CONNECTED_DBM = -128
const CONNECTED_DBM = -58
const ADDRESS = [192, 168, 1, 77]

/**
 * The firmware's WiFi service as it was read (`runtime/devicescript/network/wifi.c` of microsoft/devicescript): one network,
 * kept in the flash; a new one while connected is joined after `reconnect` only; a wrong password is never told.
 */
export class ChipWifi {
    /** Among the chip's services. */
    serviceIndex = -1
    stored: { ssid: string; password: string } | undefined
    connectedTo: string | undefined

    constructor(
        private readonly id: string,
        /** Networks in reach, and their passwords. */
        private readonly networks: Readonly<Record<string, string>>,
        private readonly clock: Clock,
        private readonly send: (frame: Uint8Array) => void,
    ) {}

    /** @returns whether the frame was for this service */
    receive(frame: Uint8Array, packet: Packet): boolean {
        if (packet.deviceIdentifier !== this.id || packet.serviceIndex !== this.serviceIndex) return false
        if (packet.requiresAck) this.acknowledge(frame)
        const { serviceCommand: command, data } = packet
        if (command === WifiCmd.AddNetwork) this.add(data)
        else if (command === WifiCmd.Reconnect) this.join()
        else if (command & GET) this.report(command)
        return true
    }

    private add(data: Uint8Array): void {
        if (data.at(-1) !== 0) return
        const [ssid = "", password = ""] = Buffer.from(data).toString().split("\0")
        if (ssid === "") return
        this.stored = { ssid: Buffer.from(ssid).subarray(0, MOST_SSID).toString(), password }
        if (this.connectedTo === undefined) this.join()
    }

    private join(): void {
        this.connectedTo = undefined
        this.clock.setTimeout(() => {
            const { ssid, password } = this.stored ?? {}
            if (ssid === undefined || this.networks[ssid] !== password) return
            this.connectedTo = ssid
            this.reply(CMD_EVENT_MASK | 1, new Uint8Array(0))
        }, JOIN_MS)
    }

    private report(command: number): void {
        const connected = this.connectedTo !== undefined
        const values: Record<number, Uint8Array> = {
            [WifiReg.Rssi]: jdpack("i8", [connected ? CONNECTED_DBM : NOT_CONNECTED_DBM]),
            [WifiReg.Enabled]: Uint8Array.of(1),
            [WifiReg.IpAddress]: Uint8Array.from(connected ? ADDRESS : []),
            [WifiReg.Ssid]: Buffer.from(this.connectedTo ?? ""),
        }
        const value = values[command & 0xfff]
        if (value) this.reply(command, value)
    }

    private reply(command: number, data: Uint8Array): void {
        const packet = Packet.from(command, data)
        packet.serviceIndex = this.serviceIndex
        packet.deviceIdentifier = this.id
        this.send(packet.toBuffer())
    }

    private acknowledge(frame: Uint8Array): void {
        const packet = Packet.onlyHeader(frame[0]! | (frame[1]! << 8))
        packet.serviceIndex = JD_SERVICE_INDEX_CRC_ACK
        packet.deviceIdentifier = this.id
        this.send(packet.toBuffer())
    }
}
