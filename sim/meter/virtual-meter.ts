import type { Clock } from "../clock"
import { type Random, seededRandom } from "../random"
import type { Load } from "./load"
import { type Measurement, Metrology, type StartingValues } from "./metrology"
import { BROADCAST, exceptionFrame, ModbusException, parseRequest, type Request, replyFrame } from "./rtu"
import type { Answer, Slave } from "./slave"

export interface MeterOptions {
    readonly clock: Clock
    readonly load: Load
    /** Slave address, 1 to 247; 1 when left out. */
    readonly address?: number
    /** Initial value of the energy counter; 0 when left out. */
    readonly energyWh?: number
    /**
     * The clock's time at which the meter was powered on; long enough ago for true answers when left out. Pass
     * `clock.now()` for a meter that is switched on together with everything else.
     */
    readonly poweredSince?: number
    /** Mean time from request to answer, 35 ms when left out; a single answer deviates from it by up to 10 %. */
    readonly latencyMs?: number
    /** Seed of the jitter, and of everything else that is random. */
    readonly seed?: number
}

/** Time after power-up during which a PZEM's answers mean nothing (arendst/Tasmota issue #5875). */
export const SETTLE_MS = 5000

const LATENCY_MS = 35
const JITTER = 0.1

/** A Modbus RTU energy meter: measures a load, and answers on a line. Subclasses define the content of its registers. */
export abstract class VirtualMeter implements Slave {
    protected readonly clock: Clock
    protected readonly metrology: Metrology
    protected readonly random: Random
    private readonly latencyMs: number
    private poweredSince: number | undefined
    private busyUntil = Number.NEGATIVE_INFINITY

    /** Slave address, 1 to 247. */
    abstract readonly address: number

    /** @param settleMs time after power-up during which its answers mean nothing */
    constructor(
        options: MeterOptions,
        starting: StartingValues,
        private readonly settleMs = SETTLE_MS,
    ) {
        const { address = 1 } = options
        if (!Number.isInteger(address) || address < 1 || address > 247) {
            throw new RangeError(`A slave address is 1 to 247, not ${address}`)
        }
        this.clock = options.clock
        this.random = seededRandom(options.seed ?? 1)
        this.latencyMs = options.latencyMs ?? LATENCY_MS
        this.poweredSince = options.poweredSince ?? options.clock.now() - SETTLE_MS
        this.metrology = new Metrology(options.clock, options.load, starting, options.energyWh ?? 0)
    }

    get powered(): boolean {
        return this.poweredSince !== undefined
    }

    /** Restores mains power. What the meter counted before is still there. */
    powerOn(): void {
        if (this.powered) return
        this.poweredSince = this.clock.now()
        this.metrology.start()
    }

    /** Cuts mains power: the meter is silent and counts nothing. */
    powerOff(): void {
        if (!this.powered) return
        this.poweredSince = undefined
        this.metrology.stop()
    }

    /** The values in its registers, before they are rounded; `undefined` while they mean nothing. */
    get showing(): Measurement | undefined {
        return this.settled ? this.metrology.read() : undefined
    }

    loseCount(): void {
        this.metrology.reset()
    }

    receive(frame: Uint8Array): Answer | undefined {
        const now = this.clock.now()
        if (!this.powered || now < this.busyUntil) return undefined
        const request = parseRequest(frame)
        if (!request || !this.hears(request.address)) return undefined
        const bytes = this.reply(request)
        if (!bytes || request.address === BROADCAST) return undefined
        const latencyMs = this.latency(request)
        this.busyUntil = now + latencyMs
        return { bytes, latencyMs }
    }

    /** Whether its answers mean something: it has power, and has had it for `settleMs`. */
    get settled(): boolean {
        return this.powered && this.uptime >= this.settleMs
    }

    /** Milliseconds since power-up. */
    protected get uptime(): number {
        return this.clock.now() - (this.poweredSince ?? Number.POSITIVE_INFINITY)
    }

    protected hears(address: number): boolean {
        return address === this.address
    }

    protected latency(_request: Request): number {
        return this.latencyMs * (1 + JITTER * (2 * this.random() - 1))
    }

    /**
     * Carries out a request.
     * @returns the reply's data, or `undefined` for a frame that is not a valid request to this meter
     * @throws ModbusException when it refuses
     */
    protected abstract execute(request: Request): Uint8Array | undefined

    private reply(request: Request): Uint8Array | undefined {
        try {
            const data = this.execute(request)
            return data && replyFrame(request, data)
        } catch (error) {
            if (error instanceof ModbusException) return exceptionFrame(request, error.code)
            throw error
        }
    }
}
