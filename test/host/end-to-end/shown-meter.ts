import type { Clock } from "../../../sim/clock"
import type { Load } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import type { Answer, Slave } from "../../../sim/meter/slave"
import type { VirtualMeter } from "../../../sim/meter/virtual-meter"

/** A power that a meter has shown, in 0.1 W. */
export interface ShownPower {
    /** When the meter was asked, in ms. */
    readonly at: number
    readonly tenths: number
}

/** The time of a reading in Unix seconds, and its power in W. */
export interface PowerReading {
    readonly time: number
    readonly power: number | undefined
}

/** A power that jumps up and down every tenth of a second, and never repeats within five hours. */
export const restless: Load = time => {
    const tenths = 1000 + ((Math.floor(time / 100) * 79_193) % 200_003)
    return { voltage: 230, current: tenths / 2300, power: tenths / 10, frequency: 50 }
}

/** A PZEM-016 that remembers which power it has shown, and when. */
export class ShownMeter implements Slave {
    readonly shown: ShownPower[] = []
    /** Whether its answers are lost. */
    mute = false
    private readonly meter: VirtualMeter

    constructor(
        private readonly clock: Clock,
        address = 1,
    ) {
        this.meter = pzem016({ clock, load: restless, address })
    }

    receive(frame: Uint8Array): Answer | undefined {
        const answer = this.meter.receive(frame)
        if (this.mute) return undefined
        if (answer?.bytes[1] === 4 && answer.bytes[2] === 20) {
            const view = new DataView(answer.bytes.buffer, answer.bytes.byteOffset)
            // Registers 3 and 4, low word first.
            const tenths = view.getUint16(9) + 65536 * view.getUint16(11)
            this.shown.push({ at: this.clock.now(), tenths })
        }
        return answer
    }

    loseCount(): void {
        this.meter.loseCount()
    }

    /** Mean, least and greatest power, in W, of everything that was shown after one reading and up to another. */
    statistics(
        before: PowerReading,
        reading: PowerReading,
        counts = (_: ShownPower) => true,
    ): [number, number, number] {
        const from = this.indexOf(before)
        const tenths = this.shown
            .slice(from + 1, this.indexOf(reading) + 1)
            .filter(counts)
            .map(shown => shown.tenths)
        const sum = tenths.reduce((total, value) => total + value, 0)
        return [Math.round(sum / tenths.length) / 10, Math.min(...tenths) / 10, Math.max(...tenths) / 10]
    }

    /** The index in {@link shown} of a reading's power. If the meter showed it more than once, the nearest in time. */
    indexOf({ time, power }: PowerReading): number {
        const same = this.shown.flatMap(({ tenths, at }, i) =>
            tenths === Math.round(power! * 10) ? [{ i, at }] : [],
        )
        return same.sort((a, b) => Math.abs(a.at - time * 1000) - Math.abs(b.at - time * 1000))[0]!.i
    }
}
