import {
    CMD_EVENT_MASK,
    CMD_REG_MASK,
    JD_SERVICE_INDEX_CRC_ACK,
    JD_SERVICE_INDEX_PIPE,
    jdpack,
    jdunpack,
    Packet,
    PIPE_CLOSE_MASK,
    PIPE_METADATA_MASK,
    PIPE_PORT_SHIFT,
    WifiCmd,
    WifiEvent,
    WifiReg,
} from "jacdac-ts"
import type { Clock } from "../clock"

/** Time to join a network, and time to scan for networks in range, in ms. */
const JOIN_MS = 300
const SCAN_MS = 200
const GET = 0x1000
const SET = 0x2000
/** The firmware cuts off the last byte of a name that has the maximum length of the standard. */
const MOST_SSID = 31
const NOT_CONNECTED_DBM = -128
const CONNECTED_DBM = -58
const ADDRESS = [192, 168, 1, 77]
/** Signal strengths and channels of the networks in range. The first network is the strongest. */
const STRONGEST_DBM = -48
const STEP_DBM = 12
const CHANNELS = [6, 1, 11]
const HAS_PASSWORD = 1

/**
 * The firmware's WiFi service, after its source (`runtime/devicescript/network/wifi.c` of microsoft/devicescript). It
 * stores one network in the flash, where it stays even when forgotten. While connected, it joins a new network only after
 * `reconnect`. It never reports a wrong password. It cannot scan while it tries to join, and does not say so.
 */
export class ChipWifi {
    /** Its index among the chip's services. */
    serviceIndex = -1
    /** The network in the flash. */
    stored: { ssid: string; password: string } | undefined
    /** The network in use until a reset. */
    private known: ChipWifi["stored"]
    connectedTo: string | undefined
    /** Set it to false for a driver that cannot scan, which the firmware does not report. */
    canScan = true
    private connecting = false
    private enabled = true
    private scanning = false
    private seen: readonly string[] = []

    constructor(
        private readonly id: string,
        /** Networks in range, with their passwords; an empty password means none. */
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
        else if (command === WifiCmd.Reconnect) this.reconnect()
        else if (command === WifiCmd.Scan) this.scan()
        else if (command === WifiCmd.ForgetAllNetworks) this.known = undefined
        else if (command === WifiCmd.LastScanResults) this.tell(data, this.seen.map(this.result))
        else if (command === WifiCmd.ListKnownNetworks) {
            const list = this.known ? [jdpack("i16 i16 s", [0, 0, this.known.ssid])] : []
            this.tell(data, list)
        } else if (command === (SET | WifiReg.Enabled)) this.enable(data[0] === 1)
        else if (command & GET) this.report(command)
        return true
    }

    private add(data: Uint8Array): void {
        if (data.at(-1) !== 0) return
        const [ssid = "", password = ""] = Buffer.from(data).toString().split("\0")
        if (ssid === "") return
        this.stored = { ssid: Buffer.from(ssid).subarray(0, MOST_SSID).toString(), password }
        this.known = this.stored
        if (this.connectedTo === undefined) this.join()
    }

    /** The driver reports that the connection is lost; the firmware then scans for networks. */
    private reconnect(): void {
        this.leave()
        this.clock.setTimeout(() => this.scan(), 0)
    }

    private leave(): void {
        this.connectedTo = undefined
        this.connecting = false
    }

    private enable(on: boolean): void {
        if (on === this.enabled) return
        this.enabled = on
        if (on) this.scan()
        else this.leave()
    }

    private join(): void {
        this.connectedTo = undefined
        const wanted = this.known
        if (!wanted) return
        this.connecting = true
        this.clock.setTimeout(() => {
            if (!this.connecting || this.known !== wanted) return
            // Otherwise it keeps trying.
            if (this.networks[wanted.ssid] !== wanted.password) return
            this.connecting = false
            this.connectedTo = wanted.ssid
            this.event(WifiEvent.GotIp, new Uint8Array(0))
        }, JOIN_MS)
    }

    private scan(): void {
        if (this.connecting || this.scanning || !this.canScan) return
        this.scanning = true
        this.clock.setTimeout(() => {
            this.scanning = false
            this.seen = Object.keys(this.networks)
            const known = this.seen.filter(ssid => ssid === this.known?.ssid).length
            this.event(WifiEvent.ScanComplete, jdpack("u16 u16", [this.seen.length, known]))
            if (known > 0 && this.enabled && this.connectedTo === undefined) this.join()
        }, SCAN_MS)
    }

    private readonly result = (ssid: string, i: number): Uint8Array => {
        const flags = this.networks[ssid] === "" ? 0 : HAS_PASSWORD
        const bytes = Buffer.alloc(49)
        bytes.writeUInt32LE(flags, 0)
        bytes.writeInt8(STRONGEST_DBM - STEP_DBM * i, 8)
        bytes[9] = CHANNELS[i % CHANNELS.length]!
        bytes[15] = i
        bytes.write(ssid, 16)
        return bytes
    }

    private report(command: number): void {
        const connected = this.connectedTo !== undefined
        const values: Record<number, Uint8Array> = {
            [WifiReg.Rssi]: jdpack("i8", [connected ? CONNECTED_DBM : NOT_CONNECTED_DBM]),
            [WifiReg.Enabled]: Uint8Array.of(this.enabled ? 1 : 0),
            [WifiReg.IpAddress]: Uint8Array.from(connected ? ADDRESS : []),
            [WifiReg.Ssid]: Buffer.from(this.connectedTo ?? ""),
        }
        const value = values[command & CMD_REG_MASK]
        if (value) this.reply(command, value)
    }

    private event(code: number, data: Uint8Array): void {
        this.reply(CMD_EVENT_MASK | code, data)
    }

    private reply(command: number, data: Uint8Array): void {
        const packet = Packet.from(command, data)
        packet.serviceIndex = this.serviceIndex
        packet.deviceIdentifier = this.id
        this.send(packet.toBuffer())
    }

    /** Sends a list through the pipe that was opened for it, and closes the pipe. */
    private tell(opened: Uint8Array, list: readonly Uint8Array[]): void {
        const [client, port] = jdunpack<[Uint8Array, number]>(opened, "b[8] u16")
        const pieces = [...list.map(data => ({ data, mark: 0 })), CLOSING]
        for (const [i, { data, mark }] of pieces.entries()) {
            const packet = Packet.from((port << PIPE_PORT_SHIFT) | mark | (i & COUNTER_MASK), data)
            packet.serviceIndex = JD_SERVICE_INDEX_PIPE
            packet.deviceIdentifier = Buffer.from(client).toString("hex")
            packet.isCommand = true
            packet.requiresAck = true
            this.send(packet.toBuffer())
        }
    }

    private acknowledge(frame: Uint8Array): void {
        const packet = Packet.onlyHeader(frame[0]! | (frame[1]! << 8))
        packet.serviceIndex = JD_SERVICE_INDEX_CRC_ACK
        packet.deviceIdentifier = this.id
        this.send(packet.toBuffer())
    }
}

const COUNTER_MASK = 0x1f
const CLOSING = { data: new Uint8Array(0), mark: PIPE_CLOSE_MASK | PIPE_METADATA_MASK }
