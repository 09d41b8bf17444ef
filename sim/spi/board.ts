import { VirtualClock } from "../clock"
import { type Firmware, loadFirmware } from "../vm/firmware"
import { Flash } from "../vm/flash"
import { readHeap } from "../vm/heap"
import { type Chip, chips } from "./chip"
import type { Line } from "./line"
import { SpiPeripheral } from "./peripheral"
import { PIN_HIGH, SpiWire } from "./wire"

/** The program stopped with a panic. */
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

/** GPIO number of the adapter's DE pin. The program chooses MOSI and MISO. */
export const DE = 18

/** Not a Jacdac frame: it makes the firmware run its main loop, find the checksum wrong, say so, and drop the frame. */
const NO_FRAME = new Uint8Array(16)
const COMPLAINT = "invalid CRC"

const DEVICE_ID = "e3015c2109a40016"

/**
 * A chip that runs a compiled program, with its SPI peripheral and a DE pin on a simulated line. Time is virtual and runs a
 * thousand times faster than wall time.
 */
export class Board {
    readonly clock = new VirtualClock(1000, 0)
    readonly wire = new SpiWire(this.clock, () => this.firmware?.handlePacket(NO_FRAME))
    /** Everything that the firmware and the program have printed. */
    readonly log: string[] = []
    /** Called with every line that they print. */
    onLog: (line: string) => void = () => {}
    private firmware: Firmware | undefined
    private panic: (error: ProgramPanic) => void = () => {}

    constructor(private readonly chip: Chip = chips.esp32c3) {}

    async run(bytecode: Uint8Array): Promise<void> {
        const firmware = await loadFirmware({ clock: this.clock, net: this.wire.net, tls: {} })
        const flash = new Flash()
        firmware.log = () => {}
        firmware.dmesg = line => {
            firmware.reached?.heard(line)
            const text = line.trim()
            if (text.includes(COMPLAINT)) return
            this.log.push(text)
            this.onLog(text)
        }
        firmware.error = reason => this.log.push(String(reason))
        firmware.sendPacket = () => {}
        firmware.flashLoad = () => flash.image
        firmware.flashSave = image => flash.save(image)
        firmware.panicHandler = code => {
            this.wire.disconnect()
            if (code) this.panic(new ProgramPanic(code, this.log))
        }
        firmware.devsSetDeviceId(DEVICE_ID)
        firmware.devsStart()
        firmware.devsDeploy(bytecode)
        this.firmware = firmware
    }

    /** Solders the pins to a line. The program must set up its SPI again. */
    connect(line: Line): void {
        this.wire.peripheral = new SpiPeripheral(this.chip, line)
        this.wire.onPin = (gpio, mode, now) => {
            if (gpio === DE) line.de.set(now, mode === PIN_HIGH)
        }
    }

    /** Connects another line while the program runs; the SPI configuration stays. */
    rewire(line: Line): void {
        const { peripheral } = this.wire
        if (peripheral instanceof SpiPeripheral) peripheral.line = line
    }

    /**
     * Gives the program a command and waits for its answer.
     * @throws ProgramPanic
     */
    command<T>(command: object): Promise<T> {
        return new Promise((resolve, reject) => {
            this.panic = reject
            this.wire.command<T>(command).then(resolve)
        })
    }

    /** Live data on the program's heap, in bytes. */
    async liveHeap(): Promise<number> {
        this.firmware!.devsGcStress(true)
        await this.command({ do: "nothing" })
        const used = readHeap(this.firmware!.HEAPU32)!.used
        this.firmware!.devsGcStress(false)
        return used
    }

    stop(): void {
        this.firmware?.reached?.note()
        this.firmware?.devsStop()
        this.clock.stop()
    }
}
