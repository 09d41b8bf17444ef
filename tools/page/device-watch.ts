import { setTimeout as wait } from "node:timers/promises"
import { type JDService, SRV_CONTROL } from "jacdac-ts"
import { SRV_EMON_METER } from "../../sim/bus/services"
import type { Device, LiveEntry } from "../device/device"
import { NoReply, NoServices } from "../device/errors"
import { type ProgramStatus, readName, readQuantities, readUptime, readWork } from "../device/status"

/** How often the program's status is read, in ms of wall time. */
const LOOK_MS = 1000
/** After this many status reads, all meters are read again, even without a log record about them. */
const LOOKS_PER_ROUND = 5
/** Level of a record about a reading. */
const INFO = 1

/** Receives what a {@link DeviceWatch} sees. */
export interface Watcher {
    /** The names of the meters, in their order. Called when they become known, and when they change. */
    meters(names: readonly string[]): void
    /** A reading was taken. `undefined` values mean that the meter does not answer. */
    sample(meter: string, values: Readonly<Record<string, number>> | undefined): void
    work(work: Omit<ProgramStatus, "meters">): void
    record(source: string, entry: LiveEntry): void
    /** The device does not answer. */
    silent(reason: string): void
}

/** Polls a device over its bus, with the same requests as the device tool. */
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

    /** Polls the device until {@link stop}. */
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
        const control = await this.device.firmware(SRV_CONTROL)
        const work = await readWork(this.device, await readUptime(control))
        const isNew = work.start.ago < this.startedAgo
        this.startedAgo = work.start.ago
        if (isNew || this.meters.size === 0) await this.meet()
        this.watcher.work(work)
        if (everyMeter) for (const name of this.meters.keys()) await this.read(name, false)
    }

    /** Reads the names of the meters again, because another program may be running now. */
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

    /** Reads one meter that has new values, or waits until there is one. */
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

    /** @param isNew there is a new reading; otherwise this only checks whether the meter has become known or unknown */
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
