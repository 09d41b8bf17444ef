import * as ds from "@devicescript/core"
import { Lock } from "../kernel/lock"
import { Topic } from "../kernel/topic"
import { LineCounts } from "./counts"
import type { RegisterRange } from "./meters/profile"
import { ExceptionReply, ModbusError } from "./modbus/errors"
import { replyLength } from "./modbus/frame"
import { parseReply, replyComplete } from "./modbus/reply"
import { readRegisters, resetEnergy, writeSingleRegister } from "./modbus/request"
import { characterMs, type LineSettings } from "./ports/line-settings"
import { type Port, PortError } from "./ports/port"

/**
 * How long a meter may take before its reply begins, in ms: at first, and when asked again. With a PZEM's reply of
 * 25 characters these are windows of about 200 and 400 ms; such a meter takes about 35 ms to answer.
 */
const LATENCY_MS = 170
const PATIENT_LATENCY_MS = 370

/** The same for {@link Master.probe}: meters that answer later than this are not found. */
const PROBE_LATENCY_MS = 100

/** Silence that ends a frame, in characters. */
const SILENT_CHARACTERS = 3.5

/** After a failure the line is drained until it has been silent for so long, on a line that babbles in vain. */
const DRAIN_SILENCE_MS = 50
const DRAIN_LIMIT_MS = 1000

/** An answer that is later than this after its time-out is not expected any more. */
const LATE_ANSWER_MS = 1200

/** A meter that is left alone because it failed. */
interface Suspect {
    readonly address: number
    /** `ds.millis()` until which its late answer may still come. */
    readonly until: number
}

/**
 * The one Modbus master of a line: one request at a time, each with its own reply or a named error.
 *
 * Reads are repeated once; writes never, because a write whose confirmation was lost may have been done. Read the
 * register back instead.
 *
 * An answer does not say which request it belongs to. So after a failure the line is drained before the next
 * request, and the meter that failed is left alone until its answer would be very late; meanwhile the others, whose
 * addresses tell them apart, can be asked. Only the repetition of a read comes at once: a late answer to the first
 * is a good answer to the second.
 *
 * Only the methods that a program uses get into its bytecode.
 *
 * @devsWhenUsed
 */
export class Master {
    readonly counts = new LineCounts()
    /** Every exchange that failed, those that were repeated with success too. */
    readonly failures = new Topic<Error>("failed exchanges")
    /** Address of the meter whose energy counter was set to 0 last, until whoever judges its readings has taken note. */
    resetAddress: number = undefined
    private readonly lock = new Lock()
    private readonly characterMs: number
    private opened = false
    /** The last exchange failed, and bytes of it may still be under way. */
    private unsettled = false
    /** The meters that failed lately. */
    private suspects: Suspect[] = []
    /** When the line has been silent for long enough. */
    private quietAt = 0
    /**
     * Whether the line gives back what it is sent. Every good read shows it; until then the safe answer is yes, with
     * which an echo never passes for the confirmation of a write.
     */
    private echoes = true

    constructor(
        readonly port: Port,
        line: LineSettings,
    ) {
        this.characterMs = characterMs(line)
    }

    /**
     * Reads registers.
     * @param repeat whether to ask once more, with more patience; not worth it for a meter that is known to be gone
     * @returns two bytes for each register, high byte first
     * @throws a subclass of {@link ModbusError}, or {@link PortError}
     */
    async read(address: number, range: RegisterRange, repeat = true): Promise<Buffer> {
        const request = readRegisters(address, range.functionCode, range.start, range.count)
        return await this.transact(request, LATENCY_MS, repeat)
    }

    /**
     * Asks once and briefly whether a meter is there, by reading two input registers, which every model has.
     * @throws as {@link read}; a {@link NoAnswer} is the usual one
     */
    async probe(address: number): Promise<void> {
        await this.transact(readRegisters(address, 4, 0, 2), PROBE_LATENCY_MS, false)
    }

    /**
     * Writes one holding register, and waits for the meter to confirm it.
     * @throws as {@link read}; unless it is an {@link ExceptionReply}, the register may have been written all the same
     */
    async writeSingle(address: number, register: number, value: number): Promise<void> {
        await this.transact(writeSingleRegister(address, register, value), PATIENT_LATENCY_MS, false)
    }

    /**
     * Sets the energy counter of a Peacefair meter to 0, and waits for the meter to confirm it.
     * @throws as {@link writeSingle}
     */
    async resetEnergy(address: number): Promise<void> {
        await this.transact(resetEnergy(address), PATIENT_LATENCY_MS, false)
        this.resetAddress = address
    }

    /** `ds.millis()` from which a meter may be asked: later than now while its late answer may still come. */
    availableFrom(address: number): number {
        const suspect = this.suspects.find(s => s.address === address)
        return suspect === undefined ? 0 : suspect.until
    }

    /** Sends `request`, and if `repeat`, once more when no reply comes. */
    private async transact(request: Buffer, latencyMs: number, repeat: boolean): Promise<Buffer> {
        const self = this
        // A meter that failed lately is left alone for a while.
        const restMs = this.availableFrom(request[0]) - ds.millis()
        if (restMs > 0) await ds.sleep(restMs)
        return await this.lock.run(async () => {
            try {
                return await self.exchange(request, latencyMs)
            } catch (e) {
                if (!repeat || !(e instanceof ModbusError) || e instanceof ExceptionReply) throw e
            }
            self.counts.retries++
            return await self.exchange(request, PATIENT_LATENCY_MS)
        })
    }

    /** Sends `request` once. */
    private async exchange(request: Buffer, latencyMs: number): Promise<Buffer> {
        const { port, counts } = this
        try {
            if (!this.opened) {
                await port.open()
                this.opened = true
            }
            await this.settle()
            const echoes = this.echoes
            const timeoutMs = latencyMs + Math.ceil(replyLength(request) * this.characterMs)
            counts.requests++
            const received = await port.exchange(request, timeoutMs, bytes =>
                replyComplete(request, bytes, echoes),
            )
            const { offset, data } = parseReply(request, received, echoes)
            this.echoes = offset >= request.length
            return data
        } catch (e) {
            if (e instanceof PortError) this.opened = false
            // A refusal is an answer, anything else may still be followed by one.
            if (!(e instanceof ExceptionReply)) {
                this.unsettled = true
                this.suspectLateAnswer(request[0])
            }
            counts.add(e as Error)
            this.failures.publish(e as Error)
            throw e
        } finally {
            this.quietAt = ds.millis() + Math.ceil(SILENT_CHARACTERS * this.characterMs)
        }
    }

    private suspectLateAnswer(address: number) {
        const now = ds.millis()
        this.suspects = this.suspects.filter(s => s.address !== address && s.until > now)
        this.suspects.push({ address, until: now + LATE_ANSWER_MS })
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
