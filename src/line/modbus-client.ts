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

/** How long a meter may take to confirm a write, or to answer a read that is repeated, in ms. */
const REPEATED_LATENCY_MS = 370

/** Before a meter that is busy is asked again, in ms. */
const BUSY_MS = 200

/** Silence that ends a frame, in characters. */
const SILENT_CHARACTERS = 3.5

/** After a failure the line is drained until it has been silent for so long, on a line that babbles in vain. */
const DRAIN_SILENCE_MS = 50
const DRAIN_LIMIT_MS = 1000

/**
 * The one Modbus client of a line: one request at a time, each with its own reply or a named error.
 *
 * Reads are repeated once, and once more when the meter is busy; writes never, because a write whose confirmation was lost may have been done. Read the
 * register back instead.
 *
 * After a failure the line is drained before the next request. What it has learnt of each unit is in its
 * {@link UnitPace}; while a late answer of one may still come, the others, whose addresses tell them apart, can be asked.
 *
 * Only the methods that a program uses get into its bytecode.
 *
 * @devsWhenUsed
 */
export class ModbusClient {
    readonly counts = new LineCounts()
    /** Every exchange that failed, those that were repeated with success too. */
    readonly failures = new Topic<Error>("failed exchanges")
    /** Address of the meter whose energy counter was set to 0 last, until whoever judges its readings has taken note. */
    resetAddress: number | undefined = undefined
    private readonly lock = new Lock()
    private readonly characterMs: number
    private opened = false
    /** The last exchange failed, and bytes of it may still be under way. */
    private unsettled = false
    private paces: UnitPace[] = []
    private readonly longestMs: number
    /** When the line has been silent for long enough. */
    private quietAt = 0
    /**
     * Whether the line gives back what it is sent. Every good read shows it; until then the safe answer is yes, with
     * which an echo never passes for the confirmation of a write.
     */
    private echoes = true

    constructor(
        readonly port: Port,
        private readonly line: LineSettings,
    ) {
        this.characterMs = characterMs(line)
        this.longestMs = LONGEST_LATENCY_MS + (port.patienceMs ?? 0)
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
            undefined,
        )
    }

    /**
     * Asks once whether a meter is there, as patiently as polls are with a slow one, by reading two input registers, which
     * almost every model has.
     * @throws as {@link read}; a {@link NoAnswer} is the usual one
     */
    async probe(address: number): Promise<void> {
        await this.transact(readRegisters(address, 4, 0, 2), Attempts.Unhurried, undefined)
    }

    /**
     * Writes one holding register, and waits for the meter to confirm it.
     * @throws as {@link read}; unless it is an {@link ExceptionReply}, the register may have been written all the same
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
        await this.transact(resetEnergy(address), Attempts.Single, REPEATED_LATENCY_MS)
        this.resetAddress = address
    }

    /** `ds.millis()` from which a poll of a meter may begin: later than now while an answer to the last may still come. */
    availableFrom(address: number): number {
        return this.paceOf(address).lateUntil
    }

    /** How long the reply of a meter may take to begin, in ms: what is usual, or as long as it has shown. */
    latencyOf(address: number): number {
        return this.paceOf(address).latencyMs
    }

    private paceOf(address: number): UnitPace {
        let pace = this.paces.find(p => p.address === address)
        if (!pace) {
            const { timeoutMs, pauseMs } = this.line
            pace = new UnitPace(address, timeoutMs ?? LATENCY_MS, pauseMs ?? 0)
            // A scan meets many that are not there.
            this.paces = this.paces.filter(p => p.isOfUse())
            this.paces.push(pace)
        }
        return pace
    }

    /** @param latencyMs how long the reply may take to begin; `undefined` for what the unit's pace says */
    private async transact(
        request: Buffer,
        attempts: Attempts,
        latencyMs: number | undefined,
    ): Promise<Buffer> {
        const { lock, longestMs } = this
        const pace = this.paceOf(request[0])
        const restMs = pace.restBefore(request)
        if (restMs > 0) await ds.sleep(restMs)
        await lock.acquire()
        try {
            let patience = latencyMs ?? (attempts === Attempts.Unhurried ? longestMs : pace.latencyMs)
            let repeated = attempts < Attempts.Repeated
            let excused = repeated
            let sent = 0
            for (;;) {
                try {
                    return await this.exchange(request, pace, patience, sent > 0)
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
                sent++
            }
        } finally {
            lock.release()
        }
    }

    /** Sends `request` once. @param isRepeated it was sent before, and that may still be answered */
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
            const wireMs = replyMs + request.length * this.characterMs
            const latency = port.latencyMs ?? ds.millis() - sentAt - wireMs
            pace.answered(latency, isRepeated, this.longestMs)
            return data
        } catch (e) {
            if (e instanceof PortError) this.opened = false
            // A refusal is an answer, anything else may still be followed by one.
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

    /** Waits until the line is silent, and throws away what came too late. */
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
