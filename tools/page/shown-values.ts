import type { Clock } from "../../sim/clock"
import type { VirtualMeter } from "../../sim/meter/virtual-meter"
import type { Points } from "./messages"
import { Track } from "./track"

/** A virtual meter whose values are recorded. */
export interface ShownMeter {
    readonly name: string
    readonly meter: VirtualMeter
    /** It measures heat instead of electricity. */
    readonly isHeat: boolean
}

/** Called with the values that a meter showed; `undefined` while its registers mean nothing, for example without power. */
export type OnShown = (
    meter: string,
    time: number,
    values: Readonly<Record<string, number>> | undefined,
) => void

/** Records what virtual meters show at every time at which the program should poll them. */
export class ShownValues {
    private readonly tracks = new Map<string, Track>()
    private stopped = false

    constructor(
        private readonly clock: Clock,
        private readonly meters: readonly ShownMeter[],
        private readonly pollMs: number,
    ) {
        for (const { name } of meters) this.tracks.set(name, new Track())
    }

    start(onShown: OnShown): void {
        this.waitForSlot(onShown)
    }

    points(meter: string, quantity: string): Points {
        return this.tracks.get(meter)?.points(quantity) ?? { t: [], v: [] }
    }

    stop(): void {
        this.stopped = true
    }

    private waitForSlot(onShown: OnShown): void {
        const now = this.clock.now()
        const next = (Math.floor(now / this.pollMs) + 1) * this.pollMs
        this.clock.setTimeout(() => {
            if (this.stopped) return
            for (const shown of this.meters) this.look(shown, onShown)
            this.waitForSlot(onShown)
        }, next - now)
    }

    private look({ name, meter, isHeat }: ShownMeter, onShown: OnShown): void {
        const time = this.clock.now() / 1000
        const values = valuesOf(meter, isHeat)
        this.tracks.get(name)!.add(time, values)
        onShown(name, time, values)
    }
}

/** The meter's values in the units of the service EmonMeter. */
function valuesOf({ showing }: VirtualMeter, isHeat: boolean): Record<string, number> | undefined {
    if (!showing) return undefined
    if (isHeat) return { power: showing.heat?.power ?? 0, energy: showing.heatWh / 1000 }
    const { voltage, current, power, imported, frequency, powerFactor } = showing
    return { voltage, current, power, energy: imported / 1000, frequency, powerFactor }
}
