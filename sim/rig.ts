import { sleep, type VirtualClock } from "./clock"
import { Simulation, type SimulationOptions } from "./simulation"
import type { LogLine } from "./vm/device"

/** What a rig is made of: a simulation, and what else is taken down with it. */
export interface RigOptions extends SimulationOptions {
    /** What is closed after the device and its line, in this order: proxies, servers. */
    readonly behind?: readonly { close(): void | Promise<void> }[]
    /** How many lines of the log are kept at least; all when left out. For runs that last long. */
    readonly keptLines?: number
}

/** How often {@link Rig.within} looks at its condition, in seconds. */
const LOOK_S = 0.5

/** How many lines of the log a story has: warnings, errors and messages of the firmware, and then the latest of all. */
const TROUBLE = 20
const LATEST = 5

/** Runs a program in a simulation: starts it, keeps its log, lets time pass, and takes everything down. */
export class Rig {
    readonly clock: VirtualClock
    readonly simulation: Simulation
    readonly log: LogLine[] = []
    /** The codes with which the program stopped, in order: 0 if it restarted itself, otherwise that of the panic. */
    readonly stops: number[] = []
    /** Those who wait in {@link told}. */
    private readonly waiting = new Set<() => void>()

    constructor(private readonly options: RigOptions) {
        this.clock = options.clock
        this.simulation = new Simulation({
            ...options,
            onLog: line => this.hear(line),
            onProgramStop: code => this.stopped(code),
        })
    }

    /** The program's own counters, as last reported. */
    get counters() {
        return this.simulation.counters
    }

    /** The codes of the panics among the {@link stops}. */
    get panics(): number[] {
        return this.stops.filter(code => code !== 0)
    }

    /** Powers the device on, and starts the program. */
    start(): Promise<void> {
        return this.simulation.start()
    }

    /** Lets this many seconds of the clock's time pass. */
    pass(seconds: number): Promise<void> {
        return sleep(this.clock, seconds * 1000)
    }

    /** Lets time pass until a condition is true, but no longer than the limit. @returns whether it is true */
    async within(limitSeconds: number, isSo: () => boolean, lookSeconds = LOOK_S): Promise<boolean> {
        const end = this.clock.now() + limitSeconds * 1000
        while (!isSo() && this.clock.now() < end) await this.pass(lookSeconds)
        return isSo()
    }

    /**
     * Lets time pass until a condition is true.
     * @param what the condition in words
     * @throws Error with the end of the log if the condition is still false after `limitSeconds`
     */
    async until(what: string, isSo: () => boolean, limitSeconds = 600): Promise<void> {
        if (!(await this.within(limitSeconds, isSo)))
            throw new Error(`Not within ${limitSeconds} s: ${what}.\n${this.story()}`)
    }

    /** Resolves as soon as a line of the log, or a stop of the program, makes a condition true. */
    told(isSo: () => boolean): Promise<void> {
        return new Promise(resolve => {
            const look = () => {
                if (!isSo()) return
                this.waiting.delete(look)
                resolve()
            }
            this.waiting.add(look)
            look()
        })
    }

    /** What has happened: counters, stops, and the end of the log. */
    story(): string {
        const before = this.log.slice(0, -LATEST).filter(({ level }) => level !== "info" && level !== "debug")
        const lines = [...before.slice(-TROUBLE), ...this.log.slice(-LATEST)].map(({ time, level, text }) =>
            [new Date(time).toISOString(), level, text].join(" "),
        )
        return [JSON.stringify(this.counters), `stops: ${this.stops}`, ...lines].join("\n")
    }

    /** Takes everything down: the device, the line, what is behind them, and finally the clock. */
    async end(): Promise<void> {
        const { line, behind = [], clock } = this.options
        await this.simulation.stop()
        for (const part of [line, ...behind]) await part.close()
        clock.stop()
    }

    private hear(line: LogLine): void {
        const { keptLines = Number.POSITIVE_INFINITY, onLog } = this.options
        this.log.push(line)
        if (this.log.length > 2 * keptLines) this.log.splice(0, this.log.length - keptLines)
        onLog?.(line)
        for (const look of this.waiting) look()
    }

    private stopped(code: number): void {
        this.stops.push(code)
        this.options.onProgramStop?.(code)
        for (const look of this.waiting) look()
    }
}
