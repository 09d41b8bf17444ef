import type { Clock, Timer } from "../clock"
import { onCharacters } from "../line/characters"
import type { SerialLine } from "../line/serial-line"
import { endOf, type Transmission } from "../line/wire"
import type { I2cDevice } from "./bus"
import { Sc16is7xxChip } from "./sc16is7xx"
import type { Character, LineEnd, Sending } from "./sc16is7xx-channel"

/** How far a UART's speed can be off before the devices on the line no longer understand it. */
const SPEED_TOLERANCE = 0.03

/** An SC16IS7xx as a device on a bus, with a line on one of its channels and an adapter whose DE is connected to RTS. */
export class SerialUart implements I2cDevice {
    private readonly chip: Sc16is7xxChip
    private timer: Timer | undefined

    constructor(
        private readonly clock: Clock,
        readonly address: number,
        crystalHz: number,
        channel: "A" | "B",
        line: SerialLine,
    ) {
        const end = new LineAtUart(clock, line)
        const ends = channel === "A" ? [end] : [UNCONNECTED, end]
        this.chip = new Sc16is7xxChip(address, crystalHz, ends, () => clock.now())
    }

    write(bytes: Buffer): boolean {
        const acknowledged = this.chip.write(bytes)
        this.goOn()
        return acknowledged
    }

    read(bytes: Buffer): boolean {
        this.chip.read(bytes)
        return true
    }

    losePower(): void {
        this.chip.powerDip()
    }

    /** Lets the chip send, which it does by itself, and comes back for the next character. */
    private goOn(): void {
        this.clock.clearTimeout(this.timer)
        const next = this.chip.advance()
        if (next === undefined) return
        this.timer = this.clock.setTimeout(() => this.goOn(), next - this.clock.now())
    }
}

const UNCONNECTED: LineEnd = { hear() {}, arrived: () => [] }

/** A line on the pins of a UART. */
class LineAtUart implements LineEnd {
    private transmissions: { readonly of: Transmission; taken: number }[] = []

    constructor(
        clock: Clock,
        private readonly line: SerialLine,
    ) {
        onCharacters(line, clock, of => this.transmissions.push({ of, taken: 0 }))
    }

    hear(value: number, _at: number, { baud, parity, stopBits, rts }: Sending): void {
        const { settings } = this.line
        const off = Math.abs(baud / settings.baudRate - 1)
        const alike = parity === settings.parity && stopBits >= settings.stopBits
        if (rts && off <= SPEED_TOLERANCE && alike) this.line.send(Uint8Array.of(value))
    }

    arrived(until: number): Character[] {
        const characters: Character[] = []
        for (const transmission of this.transmissions) {
            const { bytes, start, pitchMs, characterMs } = transmission.of
            for (; transmission.taken < bytes.length; transmission.taken++) {
                const at = start + transmission.taken * pitchMs + characterMs
                if (at > until) break
                characters.push({ at, value: bytes[transmission.taken]! })
            }
        }
        this.transmissions = this.transmissions.filter(({ of }) => endOf(of) > until)
        return characters.sort((a, b) => a.at - b.at)
    }
}
