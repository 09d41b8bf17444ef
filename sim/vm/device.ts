import type { VirtualClock } from "../clock"
import { type Firmware, loadFirmware, type Sockets } from "./firmware"
import { Flash } from "./flash"
import { type HeapUse, readHeap } from "./heap"
import type { Peripherals } from "./natives"
import { type Tap, watchedSockets } from "./network"

export type LogLevel = "debug" | "info" | "warn" | "error"

/** One line of the program's console, or of the firmware's own messages. */
export interface LogLine {
    /** The clock's time in milliseconds. */
    time: number
    /** `undefined` for the firmware's own messages. */
    level: LogLevel | undefined
    text: string
}

/** Lines of the firmware itself that also carry such a level prefix. */
const FIRMWARE_LINES = /^(start: |stop program|RESTART requested|.* v[0-9.]+; file v[0-9.]+$)/
const STOPPED = "stop program"

/** Prefixes that the firmware puts before a program's output. */
const LEVELS: Record<string, LogLevel> = { "?": "debug", ">": "info", "*": "warn", "!": "error" }

export interface DeviceOptions {
    clock: VirtualClock
    flash?: Flash
    /** 16 hex digits; two devices on one bus must differ. */
    id?: string
    onLog?: (line: LogLine) => void
    /** Jacdac frames from the device. */
    onFrame?: (frame: Uint8Array) => void
    /** Called when the program stops: 0 for `ds.restart()`, otherwise the panic's code. The firmware restarts it by itself. */
    onProgramStop?: (code: number) => void
    /** Makes a tap for each socket that the program opens; ignored if there are {@link sockets}. */
    makeTap?: () => Tap
    /** The program's sockets; those of this computer when left out. */
    sockets?: Sockets
    /** The hardware around the chip; without it there are no pins, no SPI and no I2C. */
    peripherals?: Peripherals
    /** Counts the program's steps, see {@link Device.mostSteps}. */
    countsSteps?: boolean
    /** Marks the instructions that the program reaches, see {@link Device.reached}. */
    marksReached?: boolean
}

/** The runtime refused a program. */
export class DeployError extends Error {
    constructor(readonly code: number) {
        super(`The DeviceScript runtime refused the program (code ${code})`)
        this.name = "DeployError"
    }
}

/** The runtime itself failed, in a way that would reset the chip. */
export class FirmwareCrash extends Error {
    constructor(readonly reason: unknown) {
        super(`The DeviceScript runtime crashed: ${reason}`)
        this.name = "FirmwareCrash"
    }
}

/** Aborts what the runtime is doing. Otherwise it would finish that, and go on as if it still had power. */
class PowerLost extends Error {}

/** The flash that an ESP32's firmware has for programs and settings. Each of the two settings banks takes a sixteenth. */
const FLASH_BYTES = 256 * 1024

/** How long the chip runs no program after a reset, in ms. */
const RESET_MS = 300

/**
 * A simulated ESP32: the published DeviceScript runtime in this process, with its flash, clock and Jacdac bus controlled by
 * the caller. `ds.reboot()` and a power cut start a fresh runtime on the same flash.
 */
export class Device {
    readonly flash: Flash
    /** Resets of the chip since the first power-up. */
    resets = 0
    /** The failures of the runtime itself, if any. The chip then restarts, as the real one does. */
    readonly crashes: FirmwareCrash[] = []
    private firmware: Firmware | undefined
    /** Frames that wait until the runtime is idle. */
    private inbox: Uint8Array[] = []
    private generation = 0
    /** The value of {@link mostSteps} before the last reset. */
    private stepsBefore = 0
    /** The instructions reached up to the last {@link noteReached}. */
    private readonly reachedSoFar = new Set<number>()

    constructor(private readonly options: DeviceOptions) {
        this.flash = options.flash ?? new Flash()
    }

    /** Starts the runtime with the content of the flash. */
    async powerOn(): Promise<void> {
        if (this.firmware) return
        const generation = ++this.generation
        const { clock, id = "e3015c2109a40016", makeTap, peripherals } = this.options
        const { countsSteps, marksReached } = this.options
        const sockets = this.options.sockets ?? watchedSockets(clock, makeTap)
        const firmware = await clock.hold(
            loadFirmware({ clock, peripherals, countsSteps, marksReached, ...sockets }),
        )
        if (generation !== this.generation) return
        this.firmware = firmware
        firmware.log = () => {}
        // A runtime that has ended still gets events of its sockets; its reactions no longer matter.
        const isCurrent = () => generation === this.generation
        firmware.dmesg = line => {
            firmware.reached?.heard(line)
            if (isCurrent()) this.log(line)
        }
        firmware.error = reason => this.stopped(generation, reason)
        firmware.sendPacket = frame => this.options.onFrame?.(frame)
        firmware.flashSize = FLASH_BYTES
        firmware.flashLoad = () => this.flash.image
        firmware.flashSave = image => {
            this.flash.save(image)
            if (!isCurrent()) throw new PowerLost()
        }
        firmware.panicHandler = code => {
            if (isCurrent()) this.options.onProgramStop?.(code)
        }
        firmware.devsSetDeviceId(id)
        firmware.devsStart()
    }

    /** Cuts the power at once. The flash keeps its content. */
    powerOff(): void {
        this.options.peripherals?.losePower?.()
        this.end()
    }

    /** The most steps that the program took in a row, out of {@link MOST_STEPS}. */
    get mostSteps(): number {
        return Math.max(this.stepsBefore, this.firmware?.steps?.most ?? 0)
    }

    /** Offsets of the instructions that the programs on this device have reached, if they are marked. */
    get reached(): ReadonlySet<number> {
        this.noteReached()
        return this.reachedSoFar
    }

    private noteReached(): void {
        for (const offset of this.firmware?.reached?.note() ?? []) this.reachedSoFar.add(offset)
    }

    private end(): void {
        this.stepsBefore = this.mostSteps
        this.noteReached()
        this.generation++
        this.firmware?.devsStop()
        this.firmware = undefined
        this.inbox = []
    }

    /**
     * Puts a program into the flash and starts it.
     * @throws DeployError
     */
    deploy(bytecode: Uint8Array): void {
        const code = this.running().devsDeploy(bytecode)
        if (code !== 0) throw new DeployError(code)
    }

    /** Passes a Jacdac frame to the device as soon as it can take it. */
    receive(frame: Uint8Array): void {
        this.inbox.push(frame)
        if (this.inbox.length > 1) return
        this.options.clock.setTimeout(() => {
            const frames = this.inbox
            this.inbox = []
            for (const f of frames) this.firmware?.handlePacket(f)
        }, 0)
    }

    /** The program's heap now, garbage included. */
    heap(): HeapUse | undefined {
        return this.firmware ? readHeap(this.firmware.HEAPU32) : undefined
    }

    /** Makes every allocation collect garbage first: slow, but {@link heap} then shows only what is really in use. */
    collectAlways(on: boolean): void {
        this.running().devsGcStress(on)
    }

    private running(): Firmware {
        if (!this.firmware) throw new Error("The device is switched off")
        return this.firmware
    }

    /** Called when the runtime has ended: by `ds.reboot()`, which leaves through `exit`, or by a failure of its own. */
    private stopped(generation: number, reason: unknown): void {
        if (generation !== this.generation) return
        this.end()
        this.resets++
        const planned = (reason as { name?: string } | undefined)?.name === "ExitStatus"
        if (!planned) this.crashes.push(new FirmwareCrash(reason))
        this.options.clock.setTimeout(() => void this.powerOn(), RESET_MS)
    }

    private log(line: string): void {
        const trimmed = line.trim()
        const prefix = trimmed[1] === " " ? LEVELS[trimmed[0]!] : undefined
        const text = prefix ? trimmed.slice(2) : trimmed
        const level = FIRMWARE_LINES.test(text) ? undefined : prefix
        if (level === undefined && text.startsWith(STOPPED)) this.firmware?.natives?.programStopped()
        this.options.onLog?.({ time: this.options.clock.now(), level, text })
    }
}
