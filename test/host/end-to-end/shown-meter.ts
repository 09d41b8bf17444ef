import type { Clock } from "../../../sim/clock"
import type { Load } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import type { Answer, Slave } from "../../../sim/meter/slave"
import type { VirtualMeter } from "../../../sim/meter/virtual-meter"

/** What a meter has shown, in 0.1 W. */
export interface ShownPower {
    /** When it was asked, in ms. */
    readonly at: number
    readonly tenths: number
}

/** A reading of which the power is known: when it was taken, in Unix seconds, and W. */
export interface PowerReading {
    readonly time: number
    readonly power: number | undefined
}

/** Another power in each tenth of a second, none of them twice within five hours, up and down all the time. */
export const restless: Load = time => {
    const tenths = 1000 + ((Math.floor(time / 100) * 79_193) % 200_003)
    return { voltage: 230, current: tenths / 2300, power: tenths / 10, frequency: 50 }
}

/** A PZEM-016 of which is known what power it has shown, and when. */
export class ShownMeter implements Slave {
    readonly shown: ShownPower[] = []
    /** Nobody hears it. */
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

    /** Of what was shown after one reading and up to another: mean, least and greatest in W. */
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

    /** Which of {@link shown} a reading is. Where the meter had not renewed its power in between, it is the nearest in time. */
    indexOf({ time, power }: PowerReading): number {
        const same = this.shown.flatMap(({ tenths, at }, i) =>
            tenths === Math.round(power! * 10) ? [{ i, at }] : [],
        )
        return same.sort((a, b) => Math.abs(a.at - time * 1000) - Math.abs(b.at - time * 1000))[0]!.i
    }
}
