import { VirtualClock } from "../clock"
import { type Firmware, loadFirmware } from "../vm/firmware"
import { type HeapUse, readHeap } from "../vm/heap"
import { type Chip, chips } from "./chip"
import type { Line } from "./line"
import { SpiPeripheral } from "./peripheral"
import { pinMode, SpiWire } from "./wire"

/** The program stopped by itself. */
export class ProgramPanic extends Error {
    /** @param code as in the runtime's `devs_internal.h`: 60001 for a slice that was too long */
    constructor(
        readonly code: number,
        log: string[],
    ) {
        super(`The program stopped with panic ${code}:\n${log.slice(-8).join("\n")}`)
        this.name = "ProgramPanic"
    }
}

/** Pins of the board, by GPIO number. */
export const MOSI = 23
export const MISO = 19
export const DE = 18

/**
 * A chip that runs a compiled program, with its SPI peripheral and one GPIO on a simulated line. The time virtual
 * and a thousand times faster.
 */
export class Board {
    readonly clock = new VirtualClock(1000, 0)
    readonly wire = new SpiWire(this.clock)
    readonly log: string[] = []
    private firmware: Firmware | undefined
    private panic: (error: ProgramPanic) => void = () => {}

    constructor(private readonly chip: Chip = chips.esp32c3) {}

    async run(bytecode: Uint8Array): Promise<void> {
        const firmware = await loadFirmware({ clock: this.clock, net: this.wire.net, tls: {} })
        this.firmware = firmware
        let flash = new Uint8Array(0)
        firmware.log = () => {}
        firmware.dmesg = line => this.log.push(line.trim())
        firmware.error = reason => this.log.push(String(reason))
        firmware.sendPacket = () => {}
        firmware.flashLoad = () => flash
        firmware.flashSave = image => {
            flash = Uint8Array.from(image)
        }
        firmware.panicHandler = code => {
            this.wire.disconnect()
            if (code) this.panic(new ProgramPanic(code, this.log))
        }
        firmware.devsSetDeviceId("e3015c2109a40016")
        firmware.devsStart()
        firmware.devsDeploy(bytecode)
    }

    /** Solders the pins to a line. */
    connect(line: Line): void {
        this.wire.peripheral = new SpiPeripheral(this.chip, line)
        this.wire.onPin = (gpio, mode, now) => {
            const level = mode === pinMode.outputHigh
            if (gpio === DE) line.de.set(now, level)
        }
    }

    /**
     * Gives the program a command.
     * @throws ProgramPanic
     */
    command<T>(command: object): Promise<T> {
        return new Promise((resolve, reject) => {
            this.panic = reject
            this.wire.command<T>(command).then(resolve)
        })
    }

    heap(): HeapUse | undefined {
        return this.firmware && readHeap(this.firmware.HEAPU32)
    }

    /** Makes every allocation collect garbage first, so that {@link heap} shows only what is in use. */
    collectAlways(on: boolean): void {
        this.firmware?.devsGcStress(on)
    }

    stop(): void {
        this.firmware?.devsStop()
        this.clock.stop()
    }
}
