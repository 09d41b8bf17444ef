import { setTimeout as wait } from "node:timers/promises"
import { type JDService, SRV_CONTROL } from "jacdac-ts"
import { SRV_EMON_METER } from "../../sim/bus/services"
import type { Device, LiveEntry } from "../device/device"
import { NoReply, NoServices } from "../device/errors"
import { type ProgramStatus, readName, readQuantities, readUptime, readWork } from "../device/status"

/** From one look at the program to the next, in ms of the wall. */
const LOOK_MS = 1000
/** Meters of which no record tells are looked at every so many looks. */
const LOOKS_PER_ROUND = 5
/** A record that tells of a reading. */
const INFO = 1

/** Told what is seen of a device. */
export interface Watcher {
    /** The names of the meters, in their order; when they are known first, and when they are others. */
    meters(names: readonly string[]): void
    /** A reading was taken; no values when the meter does not answer. */
    sample(meter: string, values: Readonly<Record<string, number>> | undefined): void
    work(work: Omit<ProgramStatus, "meters">): void
    record(source: string, entry: LiveEntry): void
    /** Nothing is heard of the device, and why. */
    silent(reason: string): void
}

/** Looks at a device over its bus, as the device tool does, again and again. */
export class DeviceWatch {
    private readonly asked = new Set<string>()
    private readonly meters = new Map<string, JDService>()
    /** Meters whose latest values are known. */
    private readonly known = new Set<string>()
    private startedAgo = Number.POSITIVE_INFINITY
    private stopped = false
    private stopRecords: (() => void) | undefined
    private wake: () => void = () => {}

    constructor(
        private readonly device: Device,
        private readonly watcher: Watcher,
    ) {}

    /** Looks until it is stopped. */
    async run(): Promise<void> {
        this.stopRecords = this.device.onRecord(entry => this.heard(entry))
        for (let look = 0; !this.stopped; look++) {
            try {
                await this.look(look % LOOKS_PER_ROUND === 0)
            } catch (error) {
                if (!(error instanceof NoReply || error instanceof NoServices)) throw error
                if (!this.stopped) this.silent(error)
            }
            const next = performance.now() + LOOK_MS
            while (!this.stopped && performance.now() < next) await this.readAsked(next)
        }
    }

    stop(): void {
        this.stopped = true
        this.stopRecords?.()
        this.wake()
    }

    private async look(everyMeter: boolean): Promise<void> {
        const control = this.device.firmware(SRV_CONTROL)
        if (!control) throw new NoReply("it has lost its services")
        const work = await readWork(this.device, await readUptime(control))
        const isNew = work.start.ago < this.startedAgo
        this.startedAgo = work.start.ago
        if (isNew || this.meters.size === 0) await this.meet()
        this.watcher.work(work)
        if (everyMeter) for (const name of this.meters.keys()) await this.read(name, false)
    }

    /** Asks the meters for their names: the program may be another one. */
    private async meet(): Promise<void> {
        const services = await this.device.program(SRV_EMON_METER)
        const before = [...this.meters.keys()].join()
        this.meters.clear()
        for (const service of services) this.meters.set(await readName(service), service)
        const names = [...this.meters.keys()]
        if (names.join() !== before) this.watcher.meters(names)
    }

    private heard(entry: LiveEntry): void {
        const { level, text } = entry
        const colon = text.indexOf(": ")
        const source = text.slice(0, Math.max(0, colon))
        this.watcher.record(source, { ...entry, text: text.slice(colon < 0 ? 0 : colon + 2) })
        if (level !== INFO || !this.meters.has(source)) return
        this.asked.add(source)
        this.wake()
    }

    /** Reads the meters that have new values, or waits for one. */
    private async readAsked(until: number): Promise<void> {
        const [name] = this.asked
        if (name === undefined) {
            const patience = new AbortController()
            this.wake = () => patience.abort()
            await wait(Math.max(1, until - performance.now()), undefined, { signal: patience.signal }).catch(
                (error: Error) => {
                    if (error.name !== "AbortError") throw error
                },
            )
            return
        }
        this.asked.delete(name)
        try {
            await this.read(name, true)
        } catch (error) {
            if (!(error instanceof NoReply || error instanceof NoServices)) throw error
            if (!this.stopped) this.silent(error)
        }
    }

    /** @param isNew there is a new reading; else it is only looked whether the meter has become unknown */
    private async read(name: string, isNew: boolean): Promise<void> {
        const service = this.meters.get(name)
        if (!service) return
        const values = await readQuantities(service)
        const isKnown = Object.keys(values).length > 0
        if (isKnown && (isNew || !this.known.has(name))) this.watcher.sample(name, values)
        if (!isKnown && this.known.has(name)) this.watcher.sample(name, undefined)
        if (isKnown) this.known.add(name)
        else this.known.delete(name)
    }

    private silent(error: NoReply | NoServices): void {
        for (const name of this.known) this.watcher.sample(name, undefined)
        this.known.clear()
        this.startedAgo = Number.POSITIVE_INFINITY
        this.watcher.silent(error.message)
    }
}
