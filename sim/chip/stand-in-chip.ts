import { DeviceScriptManagerCmd, jdunpack, Packet, SRV_DEVICE_SCRIPT_MANAGER, SRV_WIFI } from "jacdac-ts"
import type { VirtualClock } from "../clock"
import { type Random, seededRandom } from "../random"
import { Device, type LogLevel } from "../vm/device"
import type { Flash } from "../vm/flash"
import type { StandInBootRom } from "./boot-rom"
import { PseudoTerminal } from "./pseudo-terminal"
import { UsbReader, usbFramed } from "./usb-framing"
import { ChipWifi } from "./wifi-service"

/** Commands to the USB link itself (jacdac-c, `source/jd_usb.c`). */
const USB_BRIDGE = 0x18f61a4a
const ENABLE_PACKETS = 0x81
const ENABLE_LOG = 0x83

const DEVICE_ID = "e3015c2109a40016"

/**
 * Position of the firmware's programs and settings in a chip's flash (microsoft/devicescript-esp32,
 * `boards/partitions.csv`).
 */
const STORAGE = 0x1c0000
const STORAGE_BYTES = 256 * 1024

/** Prefixes that the firmware puts before the output of programs. */
const MARKS: Record<LogLevel, string> = { debug: "?", info: ">", warn: "*", error: "!" }

export interface StandInChipOptions {
    readonly clock: VirtualClock
    readonly flash?: Flash
    /** 16 hex digits. */
    readonly id?: string
    /** How long it erases before it accepts a program, in ms. Meanwhile it neither hears nor sends anything. */
    readonly eraseMs?: number
    /** Fraction of frames that get lost in each direction, from 0 to 1. */
    readonly lost?: number
    /** Fraction of frames that arrive twice. */
    readonly repeated?: number
    readonly random?: Random
    /** Networks in range, with their passwords. */
    readonly networks?: Readonly<Record<string, string>>
    /** If given, the chip is in this boot ROM when plugged in, and runs the firmware only when told to start. */
    readonly bootRom?: StandInBootRom
}

/**
 * A stand-in for an ESP32 on a serial port: the published DeviceScript runtime behind a pseudo-terminal, with the behavior
 * found in the firmware's source (`microsoft/devicescript-esp32`). It was not compared with a real chip.
 */
export class StandInChip {
    readonly device: Device
    readonly wifi: ChipWifi
    private terminal: PseudoTerminal | undefined
    private packets = false
    private log = false
    /** The clock's time until which it erases, and neither hears nor sends anything. */
    private deafUntil = 0
    private readonly random: Random
    /** Index of the manager among the services, once the chip has announced itself. */
    private managerIndex = -1
    /** Cuts the power after this many more frames from the line. */
    private cutAfter: number | undefined

    constructor(private readonly options: StandInChipOptions) {
        const { clock, flash, id = DEVICE_ID, random = seededRandom(1), networks = {} } = options
        this.random = random
        this.wifi = new ChipWifi(id, networks, clock, frame => this.send(frame))
        this.device = new Device({
            clock,
            flash,
            id,
            onFrame: frame => {
                for (const one of this.announced(frame)) this.send(one)
            },
            onLog: ({ level, text }) => this.print(level ? `${MARKS[level]} ${text}` : text),
        })
    }

    /** Connects it to a port and switches it on. @returns the port's path */
    async plugIn(): Promise<string> {
        const reader = new UsbReader(
            frame => this.receive(frame),
            () => {},
        )
        let hear = (bytes: Uint8Array) => {
            if (this.options.clock.now() >= this.deafUntil) reader.read(bytes)
        }
        const { bootRom } = this.options
        if (bootRom) {
            const firmware = hear
            hear = bootRom.attach(
                bytes => this.terminal?.write(bytes),
                () => {
                    hear = firmware
                    this.device.flash.image = bootRom.flash.subarray(STORAGE, STORAGE + STORAGE_BYTES)
                    void this.device.powerOn()
                },
            )
        }
        this.terminal = await PseudoTerminal.open(bytes => hear(bytes))
        if (!bootRom) await this.device.powerOn()
        return this.terminal.path
    }

    async pullOut(): Promise<void> {
        this.device.powerOff()
        await this.terminal?.close()
    }

    /** Cuts the power after this many more frames from the line, and restores it at once; `undefined` cancels that. */
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

    /**
     * Adds the WiFi service, which the simulated firmware lacks, to the end of an announcement by the chip. If the frame
     * contains other packets as well, each packet gets a frame of its own.
     */
    private announced(frame: Uint8Array): Uint8Array[] {
        const packets = Packet.fromFrame(frame, 0)
        const id = this.options.id ?? DEVICE_ID
        if (!packets.some(({ isAnnounce, deviceIdentifier }) => isAnnounce && deviceIdentifier === id))
            return [frame]
        return packets.map(packet => (packet.isAnnounce ? this.withWifi(packet) : packet).toBuffer())
    }

    private withWifi(announcement: Packet): Packet {
        const classes = Buffer.from(announcement.data)
        const services = Array.from({ length: classes.length / 4 }, (_, i) => classes.readUInt32LE(4 * i))
        this.managerIndex = services.indexOf(SRV_DEVICE_SCRIPT_MANAGER)
        this.wifi.serviceIndex = services.length
        const wifi = Buffer.alloc(4)
        wifi.writeUInt32LE(SRV_WIFI)
        const longer = announcement.clone()
        longer.data = Buffer.concat([classes, wifi])
        return longer
    }
}
