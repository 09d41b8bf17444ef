import * as ds from "@devicescript/core"
import type { RegisterRange } from "../meters/profile"
import { ExceptionReply, ModbusError } from "../modbus/errors"
import { replyLength } from "../modbus/frame"
import { parseReply, type Reply, replyComplete } from "../modbus/reply"
import { readRegisters, resetEnergy, writeSingleRegister } from "../modbus/request"
import { type Port, PortError } from "../serial/port"
import { LineCounts } from "./line-counts"
import { Lock } from "./lock"

/** How the characters on the line look: 8 data bits, no parity. */
export interface LineSettings {
    /** bit/s */
    readonly baud: number
    readonly stopBits: 1 | 2
}

/**
 * How long a meter may take before its reply begins, in ms: at first, and when asked again. With a PZEM's reply of
 * 25 characters these are windows of about 200 and 400 ms; such a meter takes about 35 ms to answer.
 */
const LATENCY_MS = [170, 370]

/** The same for {@link Master.probe}: meters that answer later than this are not found. */
const PROBE_LATENCY_MS = [100]

/** Silence that ends a frame, in characters. */
const SILENT_CHARACTERS = 3.5

/** Silence after which no late answer is expected any more, and how long to wait for it on a line that babbles. */
const QUARANTINE_MS = 50
const QUARANTINE_LIMIT_MS = 1000

/**
 * The one Modbus master of a line: one request at a time, each with its own reply or a named error.
 *
 * Reads are repeated once; writes never, because a write whose confirmation was lost may have been done. Read the
 * register back instead. After a request without its reply the line is drained before the next one, so that a late
 * answer is not taken for another's.
 */
export class Master {
    readonly counts = new LineCounts()
    private readonly lock = new Lock()
    private readonly characterMs: number
    private opened = false
    /** An answer may still be under way. */
    private unsettled = false
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
        this.characterMs = ((9 + line.stopBits) * 1000) / line.baud
    }

    /**
     * Reads registers.
     * @returns two bytes for each register, high byte first
     * @throws a subclass of {@link ModbusError}, or {@link PortError}
     */
    async read(address: number, range: RegisterRange): Promise<Buffer> {
        const request = readRegisters(address, range.functionCode, range.start, range.count)
        return await this.transact(request, LATENCY_MS)
    }

    /**
     * Asks once and briefly whether a meter is there, by reading two input registers, which every model has.
     * @throws as {@link read}; a {@link NoAnswer} is the usual one
     */
    async probe(address: number): Promise<void> {
        await this.transact(readRegisters(address, 4, 0, 2), PROBE_LATENCY_MS)
    }

    /**
     * Writes one holding register, and waits for the meter to confirm it.
     * @throws as {@link read}; unless it is an {@link ExceptionReply}, the register may have been written all the same
     */
    async writeSingle(address: number, register: number, value: number): Promise<void> {
        await this.transact(writeSingleRegister(address, register, value), [LATENCY_MS[1]])
    }

    /**
     * Sets the energy counter of a Peacefair meter to 0, and waits for the meter to confirm it.
     * @throws as {@link writeSingle}
     */
    async resetEnergy(address: number): Promise<void> {
        await this.transact(resetEnergy(address), [LATENCY_MS[1]])
    }

    /** Sends `request` as often as there are latencies, until a reply comes. */
    private async transact(request: Buffer, latencies: number[]): Promise<Buffer> {
        const self = this
        return await this.lock.run(async () => {
            for (let attempt = 0; ; attempt++) {
                if (attempt > 0) self.counts.retries++
                try {
                    const reply = await self.exchange(request, latencies[attempt])
                    return reply.data
                } catch (e) {
                    self.counts.add(e as Error)
                    const answered = e instanceof ExceptionReply
                    const last = attempt === latencies.length - 1
                    if (!(e instanceof ModbusError) || answered || last) throw e
                }
            }
        })
    }

    /** Sends `request` once. */
    private async exchange(request: Buffer, latencyMs: number): Promise<Reply> {
        try {
            if (!this.opened) {
                await this.port.open()
                this.opened = true
            }
            await this.settle()
            const echoes = this.echoes
            const timeoutMs = latencyMs + Math.ceil(replyLength(request) * this.characterMs)
            this.counts.requests++
            const received = await this.port.exchange(request, timeoutMs, bytes =>
                replyComplete(request, bytes, echoes),
            )
            return this.accept(request, received)
        } catch (e) {
            if (e instanceof PortError) this.opened = false
            // A refusal is an answer, anything else may still be followed by one.
            if (!(e instanceof ExceptionReply)) this.unsettled = true
            throw e
        } finally {
            this.quietAt = ds.millis() + Math.ceil(SILENT_CHARACTERS * this.characterMs)
        }
    }

    private accept(request: Buffer, received: Buffer): Reply {
        const reply = parseReply(request, received, this.echoes)
        this.echoes = reply.offset >= request.length
        return reply
    }

    /** Waits until the line is silent, and throws away what came too late. */
    private async settle(): Promise<void> {
        if (this.unsettled) {
            this.unsettled = false
            this.counts.drainedBytes += await this.port.drain(QUARANTINE_MS, QUARANTINE_LIMIT_MS)
        }
        const restMs = this.quietAt - ds.millis()
        if (restMs > 0) await ds.sleep(restMs)
    }
}
