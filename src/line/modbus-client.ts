import * as ds from "@devicescript/core"
import { Lock } from "../kernel/lock"
import { Topic } from "../kernel/topic"
import { LineCounts } from "./counts"
import type { RegisterRange } from "./meters/profile"
import { ACKNOWLEDGE, BUSY, ExceptionReply, ModbusError } from "./modbus/errors"
import { replyLength } from "./modbus/frame"
import { parseReply, replyComplete } from "./modbus/reply"
import { readRegisters, resetEnergy, writeSingleRegister } from "./modbus/request"
import { characterMs, type LineSettings } from "./ports/line-settings"
import { type Port, PortError } from "./ports/port"
import { Attempts, LATENCY_MS, LONGEST_LATENCY_MS, UnitPace } from "./unit-pace"

/** How long a meter can take to confirm a write, or to answer a repeated read, in ms. */
const REPEATED_LATENCY_MS = 370

/** Pause before a busy meter is asked again, in ms. */
const BUSY_MS = 200

/** Silence that ends a frame, in characters. */
const SILENT_CHARACTERS = 3.5

/** After a failure the line is drained until it has been silent this long, or until the limit if it never is. In ms. */
const DRAIN_SILENCE_MS = 50
const DRAIN_LIMIT_MS = 1000

/**
 * The one Modbus client of a line: one request at a time, each with its own reply or a named error.
 *
 * Reads are repeated once, and once more if the meter is busy. Writes are never repeated, because a write can have taken
 * effect even if its confirmation was lost. Read the register back instead.
 *
 * After a failure the line is drained before the next request. What the client has learned about a unit is in the unit's
 * {@link UnitPace}. While a late answer of one unit can still come, other units can be asked, because an answer carries
 * its unit's address.
 *
 * Only the methods that a program uses get into its bytecode.
 *
 * @devsWhenUsed
 */
export class ModbusClient {
    readonly counts = new LineCounts()
    /** Every failed exchange, even if its retry succeeded. */
    readonly failures = new Topic<Error>("failed exchanges")
    /** Addresses of meters whose energy counter was, or is about to be, set to 0. The poller removes those that it has noted. */
    readonly resets: number[] = []
    private readonly lock = new Lock()
    private readonly characterMs: number
    private opened = false
    /** The last exchange failed, and its bytes may still be arriving. */
    private unsettled = false
    private paces: UnitPace[] = []
    private readonly longestMs: number
    /** `ds.millis()` when the line has been silent long enough for the next request. */
    private quietAt = 0
    /**
     * Whether the line echoes requests. Every successful read shows it. Until then `true` is the safe assumption, because
     * an echo is then never taken for the confirmation of a write.
     */
    private echoes = true

    constructor(
        readonly port: Port,
        private readonly line: LineSettings,
    ) {
        this.characterMs = characterMs(line)
        this.longestMs = Math.max(LONGEST_LATENCY_MS, line.timeoutMs ?? 0) + (port.patienceMs ?? 0)
    }

    /**
     * Reads registers.
     * @param attempts how often to ask, and how patiently
     * @returns two bytes for each register, high byte first
     * @throws a subclass of {@link ModbusError}, or {@link PortError}
     */
    async read(address: number, range: RegisterRange, attempts = Attempts.Repeated): Promise<Buffer> {
        return await this.transact(
            readRegisters(address, range.functionCode, range.start, range.count),
            attempts,
        )
    }

    /**
     * Checks once whether a meter is there, with the time-out of a slow one, by reading two input registers, which almost
     * every model has.
     * @throws as {@link read}; usually a {@link NoAnswer}
     */
    async probe(address: number): Promise<void> {
        await this.transact(readRegisters(address, 4, 0, 2), Attempts.Unhurried)
    }

    /**
     * Writes one holding register, and waits for the meter to confirm it.
     * @throws as {@link read}; after any error but an {@link ExceptionReply} the register may still have been written
     */
    async writeSingle(address: number, register: number, value: number): Promise<void> {
        await this.transact(
            writeSingleRegister(address, register, value),
            Attempts.Single,
            REPEATED_LATENCY_MS,
        )
    }

    /**
     * Sets the energy counter of a Peacefair meter to 0, and waits for the meter to confirm it.
     * @throws as {@link writeSingle}
     */
    async resetEnergy(address: number): Promise<void> {
        // Before the meter gets it: its confirmation can be lost, and the next poll can come first.
        this.resets.push(address)
        await this.transact(resetEnergy(address), Attempts.Single, REPEATED_LATENCY_MS)
    }

    /** `ds.millis()` from which a meter can be polled: in the future while a late answer to the last poll can still come. */
    availableFrom(address: number): number {
        return this.paceOf(address).lateUntil
    }

    /** How long to wait for a meter's reply to begin, in ms: the default, or what the meter has shown to need. */
    latencyOf(address: number): number {
        return this.paceOf(address).latencyMs
    }

    private paceOf(address: number): UnitPace {
        let pace = this.paces.find(p => p.address === address)
        if (!pace) {
            const { line } = this
            pace = new UnitPace(address, line.timeoutMs ?? LATENCY_MS, line.pauseMs ?? 0)
            // A scan tries many addresses without a meter: forget them.
            this.paces = this.paces.filter(p => p.isOfUse())
            this.paces.push(pace)
        }
        return pace
    }

    /** @param latencyMs how long the reply can take to begin; left out, `attempts` and the unit's pace decide */
    private async transact(request: Buffer, attempts: Attempts, latencyMs?: number): Promise<Buffer> {
        const { lock, longestMs } = this
        const pace = this.paceOf(request[0])
        const restMs = pace.restBefore(request)
        if (restMs > 0) await ds.sleep(restMs)
        await lock.acquire()
        try {
            let patience = latencyMs ?? (attempts === Attempts.Unhurried ? longestMs : pace.latencyMs)
            let repeated = attempts < Attempts.Repeated
            let excused = repeated
            let isSent = false
            for (;;) {
                try {
                    return await this.exchange(request, pace, patience, isSent)
                } catch (e) {
                    if (isBusy(e as Error)) {
                        if (excused) throw e
                        excused = true
                        await ds.sleep(BUSY_MS)
                    } else {
                        if (repeated || !(e instanceof ModbusError) || e instanceof ExceptionReply) throw e
                        repeated = true
                        patience = Math.max(pace.latencyMs, REPEATED_LATENCY_MS)
                        if (attempts === Attempts.Patient) patience = longestMs
                    }
                }
                this.counts.retries++
                isSent = true
            }
        } finally {
            lock.release()
        }
    }

    /** Sends `request` once. @param isRepeated it was sent before, and the first one may still be answered */
    private async exchange(
        request: Buffer,
        pace: UnitPace,
        latencyMs: number,
        isRepeated: boolean,
    ): Promise<Buffer> {
        const { port, counts } = this
        let sentAt!: number
        try {
            if (!this.opened) {
                await port.open()
                this.opened = true
            }
            await this.settle()
            const echoes = this.echoes
            const replyMs = Math.ceil(replyLength(request) * this.characterMs)
            counts.requests++
            sentAt = ds.millis()
            const received = await port.exchange(request, latencyMs + replyMs, bytes =>
                replyComplete(request, bytes, echoes),
            )
            const { offset, data } = parseReply(request, received, echoes)
            this.echoes = offset >= request.length
            const wireMs = request.length * this.characterMs + replyMs
            pace.answered(port.latencyMs ?? ds.millis() - sentAt - wireMs, isRepeated, this.longestMs)
            return data
        } catch (e) {
            if (e instanceof PortError) this.opened = false
            // An exception is an answer; after any other failure an answer may still come.
            else if (e instanceof ExceptionReply) pace.answered(0, true, 0)
            else {
                this.unsettled = true
                pace.missed(request, sentAt)
            }
            counts.add(e as Error)
            this.failures.publish(e as Error)
            throw e
        } finally {
            this.quietAt = ds.millis() + Math.ceil(SILENT_CHARACTERS * this.characterMs)
        }
    }

    /** Waits until the line is silent, and discards late bytes. */
    private async settle(): Promise<void> {
        if (this.unsettled) {
            this.unsettled = false
            this.counts.drainedBytes += await this.port.drain(DRAIN_SILENCE_MS, DRAIN_LIMIT_MS)
        }
        const restMs = this.quietAt - ds.millis()
        if (restMs > 0) await ds.sleep(restMs)
    }
}

/** Whether the same request may succeed a moment later. */
function isBusy(error: Error): boolean {
    return error instanceof ExceptionReply && (error.code === ACKNOWLEDGE || error.code === BUSY)
}
