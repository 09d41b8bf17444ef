import { type Random, seededRandom } from "../random"
import { Adapter, type AdapterOptions } from "./adapter"
import { type Level, Signal } from "./signal"
import type { Slave } from "./slave"

export interface LineOptions {
    adapter: AdapterOptions
    slaves: Slave[]
    /** Short pulses that invert RXD. */
    noise?: { pulsesPerSecond: number; widthUs: number }
    /** RXD is stuck at this level, whatever the bus does. */
    stuck?: "low" | "high"
    random?: Random
}

/** Length of the steps in which servers hear each other, in microseconds. Shorter than any server's latency. */
const STEP_US = 2000

/** An RS485 line with everything on it: the controller's pins on one side, servers on the other, and faults. */
export class Line {
    /** The controller's MOSI pin. */
    readonly txd = new Signal()
    /** The controller's pin for the adapter's DE. */
    readonly de = new Signal(false)
    /** Everything else on the bus: strangers, breaks, noise of long cables. */
    readonly others = new Signal()
    readonly adapter: Adapter
    private readonly noise = new Signal()
    private noiseUntil = 0
    private now = 0
    /** The bus with everything on it. */
    private readonly all: Level
    /** What the controller reads on its MISO pin, as far as the line has been advanced. */
    readonly rxd: Level
    private readonly random: Random

    constructor(readonly options: LineOptions) {
        this.adapter = new Adapter(options.adapter, this.txd, this.de)
        this.all = this.bus()
        this.rxd = this.disturbed(this.adapter.rxd(this.all))
        this.random = options.random ?? seededRandom(1)
    }

    /** Simulates the line up to `time`: the servers hear the bus and answer. The controller's pins must be known up to then. */
    advance(time: number): void {
        const { slaves } = this.options
        while (this.now < time) {
            const quiet = slaves.some(slave => slave.isReceiving) ? this.now : this.all.next(this.now)
            this.now = Math.min(Math.max(this.now + STEP_US, quiet), time)
            for (const slave of slaves) slave.listen(this.bus(slave), this.now)
        }
        this.makeNoise(time)
    }

    /** Forgets what happened before `time`. */
    forget(time: number): void {
        const outputs = this.options.slaves.map(slave => slave.output)
        for (const signal of [this.txd, this.de, this.others, this.noise, ...outputs]) signal.forget(time)
    }

    /** The bus as `listener` hears it: 0 wins, and no server hears itself. */
    private bus(listener?: Slave): Level {
        const outputs = this.options.slaves.filter(slave => slave !== listener).map(slave => slave.output)
        const levels: Level[] = [this.adapter.bus, this.others, ...outputs]
        return {
            at: time => levels.every(level => level.at(time)),
            next: time => Math.min(...levels.map(level => level.next(time))),
        }
    }

    private disturbed(rxd: Level): Level {
        const { stuck } = this.options
        if (stuck) return new Signal(stuck === "high")
        return {
            at: time => rxd.at(time) === this.noise.at(time),
            next: time => Math.min(rxd.next(time), this.noise.next(time)),
        }
    }

    private makeNoise(until: number): void {
        const { noise } = this.options
        if (!noise) return
        for (;;) {
            const pause = (-Math.log(1 - this.random()) * 1e6) / noise.pulsesPerSecond
            const pulse = Math.max(this.noiseUntil, this.noise.lastTime) + pause
            if (pulse > until) break
            this.noise.set(pulse, false)
            this.noise.set(pulse + noise.widthUs, true)
        }
        this.noiseUntil = until
    }
}
