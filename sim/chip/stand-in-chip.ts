import { DeviceScriptManagerCmd, jdunpack, Packet, SRV_DEVICE_SCRIPT_MANAGER, SRV_WIFI } from "jacdac-ts"
import type { VirtualClock } from "../clock"
import { type Random, seededRandom } from "../random"
import { Device, type LogLevel } from "../vm/device"
import type { Flash } from "../vm/flash"
import { PseudoTerminal } from "./pseudo-terminal"
import { UsbReader, usbFramed } from "./usb-framing"
import { ChipWifi } from "./wifi-service"

/** Commands to the USB line itself (jacdac-c, `source/jd_usb.c`). */
const USB_BRIDGE = 0x18f61a4a
const ENABLE_PACKETS = 0x81
const ENABLE_LOG = 0x83

const DEVICE_ID = "e3015c2109a40016"

/** How the firmware marks what programs print. */
const MARKS: Record<LogLevel, string> = { debug: "?", info: ">", warn: "*", error: "!" }

export interface StandInChipOptions {
    readonly clock: VirtualClock
    readonly flash?: Flash
    /** 16 hex digits. */
    readonly id?: string
    /** How long it erases before it takes a program, in ms; it is deaf and silent meanwhile. */
    readonly eraseMs?: number
    /** The part of frames that get lost, from 0 to 1, in each direction. */
    readonly lost?: number
    /** The part of frames that come twice. */
    readonly repeated?: number
    readonly random?: Random
    /** Networks in its reach, and their passwords. */
    readonly networks?: Readonly<Record<string, string>>
}

/**
 * A stand-in for an ESP32 at a serial port: the published DeviceScript runtime behind a pseudo-terminal, with what the
 * firmware was read to do there (`microsoft/devicescript-esp32`). No real chip was compared with it.
 */
export class StandInChip {
    readonly device: Device
    readonly wifi: ChipWifi
    private terminal: PseudoTerminal | undefined
    private packets = false
    private log = false
    /** Until then it erases, and hears and says nothing; a time of the clock. */
    private deafUntil = 0
    private readonly random: Random
    /** Where the manager is among the services, once the chip has announced itself. */
    private managerIndex = -1
    /** Ends the power after so many more frames from the line. */
    private cutAfter: number | undefined

    constructor(private readonly options: StandInChipOptions) {
        const { clock, flash, id = DEVICE_ID, random = seededRandom(1), networks = {} } = options
        this.random = random
        this.wifi = new ChipWifi(id, networks, clock, frame => this.send(frame))
        this.device = new Device({
            clock,
            flash,
            id,
            onFrame: frame => this.send(this.announced(frame)),
            onLog: ({ level, text }) => this.print(level ? `${MARKS[level]} ${text}` : text),
        })
    }

    /** Puts it to a port and switches it on. @returns the port's path */
    async plugIn(): Promise<string> {
        const reader = new UsbReader(
            frame => this.receive(frame),
            () => {},
        )
        this.terminal = await PseudoTerminal.open(bytes => {
            if (this.options.clock.now() >= this.deafUntil) reader.read(bytes)
        })
        await this.device.powerOn()
        return this.terminal.path
    }

    async pullOut(): Promise<void> {
        this.device.powerOff()
        await this.terminal?.close()
    }

    /** Takes the power away after so many more frames from the line, and gives it back at once; `undefined` for no more. */
    failAfter(frames: number | undefined): void {
        this.cutAfter = frames
    }

    private receive(frame: Uint8Array): void {
        if (this.cutAfter !== undefined && this.cutAfter-- === 0) {
            this.cutAfter = undefined
            this.packets = this.log = false
            this.device.powerOff()
            void this.device.powerOn()
            return
        }
        const packet = Packet.fromFrame(frame, 0)[0]
        if (!packet) return
        if (packet.isMultiCommand && jdunpack<[number]>(frame.subarray(4, 8), "u32")[0] === USB_BRIDGE) {
            if (packet.serviceCommand === ENABLE_PACKETS) this.packets = true
            if (packet.serviceCommand === ENABLE_LOG) this.log = true
            return
        }
        if (this.random() < (this.options.lost ?? 0)) return
        if (this.wifi.receive(frame, packet)) return
        if (
            packet.serviceIndex === this.managerIndex &&
            packet.isCommand &&
            packet.serviceCommand === DeviceScriptManagerCmd.DeployBytecode
        ) {
            this.erase(frame)
            return
        }
        this.device.receive(frame)
        if (this.random() < (this.options.repeated ?? 0)) this.device.receive(frame)
    }

    private erase(frame: Uint8Array): void {
        const { clock, eraseMs = 0 } = this.options
        this.deafUntil = clock.now() + eraseMs
        clock.setTimeout(() => this.device.receive(frame), eraseMs)
    }

    private send(frame: Uint8Array): void {
        const { clock, lost = 0, repeated = 0 } = this.options
        if (!this.packets || clock.now() < this.deafUntil || this.random() < lost) return
        this.terminal?.write(usbFramed(frame))
        if (this.random() < repeated) this.terminal?.write(usbFramed(frame))
    }

    private print(line: string): void {
        if (this.log) this.terminal?.write(Buffer.from(`${line}\n`))
    }

    /** The chip's own announcement, with the WiFi service at its end, which the simulated firmware does not have. */
    private announced(frame: Uint8Array): Uint8Array {
        const [packet] = Packet.fromFrame(frame, 0)
        if (!packet?.isAnnounce || packet.deviceIdentifier !== (this.options.id ?? DEVICE_ID)) return frame
        const classes = packet.data
        const services = Array.from({ length: classes.length / 4 }, (_, i) =>
            Buffer.from(classes).readUInt32LE(4 * i),
        )
        this.managerIndex = services.indexOf(SRV_DEVICE_SCRIPT_MANAGER)
        this.wifi.serviceIndex = services.length
        const wifi = Buffer.alloc(4)
        wifi.writeUInt32LE(SRV_WIFI)
        const longer = packet.clone()
        longer.data = Buffer.concat([classes, wifi])
        return longer.toBuffer()
    }
}
