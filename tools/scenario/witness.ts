import type { Clock } from "../../sim/clock"
import type { Answer, Slave } from "../../sim/meter/slave"
import type { VirtualMeter } from "../../sim/meter/virtual-meter"

/** What a meter showed when it was asked. */
export interface Showing {
    /** The clock's time in ms. */
    readonly at: number
    /** In the order of {@link INPUTS}, as an EmonCMS feed has them. */
    readonly values: readonly number[]
}

/** What emonscript uploads of a PZEM-016. */
export const INPUTS = ["voltage", "current", "power", "energy", "frequency", "power_factor", "alarm"] as const

const READ_INPUT = 0x04
const ALL_REGISTERS = 20

/** A PZEM-016 on the line that keeps what it showed, but for the nonsense after its power-up. */
export class Witness implements Slave {
    readonly showings: Showing[] = []

    constructor(
        private readonly clock: Clock,
        readonly name: string,
        readonly meter: VirtualMeter,
    ) {}

    receive(frame: Uint8Array): Answer | undefined {
        const answer = this.meter.receive(frame)
        const isWhole = answer?.bytes[1] === READ_INPUT && answer.bytes[2] === ALL_REGISTERS
        if (isWhole && this.meter.settled) {
            this.showings.push({ at: this.clock.now(), values: valuesIn(answer.bytes) })
        }
        return answer
    }

    loseCount(): void {
        this.meter.loseCount()
    }
}

/** The ten input registers, straight from the meter's manual: 0.1 V, 1 mA, 0.1 W, 1 Wh, 0.1 Hz, 0.01. */
function valuesIn(bytes: Uint8Array): number[] {
    const word = (register: number) => bytes[3 + 2 * register]! * 256 + bytes[4 + 2 * register]!
    const long = (register: number) => word(register) + 65536 * word(register + 1)
    return [word(0) / 10, long(1) / 1000, long(3) / 10, long(5), word(7) / 10, word(8) / 100, word(9)]
}
