import * as ds from "@devicescript/core"
import { warn } from "../../device/log"
import { Actor } from "../../kernel/actor"
import type { Mailbox } from "../../kernel/mailbox"
import type { Topic } from "../../kernel/topic"
import { hexWords } from "../../line/hex-words"
import { decode } from "../../line/meters/decode"
import type { Judgement } from "../../line/meters/gate"
import { ImplausibleReading } from "../../line/meters/implausible-reading"
import type { Meter, Reading } from "../../line/meters/profile"
import type { ModbusClient } from "../../line/modbus-client"
import { pollRegisters } from "../../line/poll"
import { PortError } from "../../line/ports/port"
import { Attempts } from "../../line/unit-pace"
import type { ClockEstimate } from "../timekeeper"
import type { LineTrouble, MeterState, PortState } from "./line-state"
import { MeterWatch } from "./meter-watch"
import { PortWatch } from "./port-watch"
import { nextRound } from "./rounds"

/** What the poller publishes. */
export interface LineTopics {
    readonly readings: Topic<Reading>
    readonly troubles: Topic<LineTrouble>
    /** Gets a message when a meter becomes known or unknown, or unknown for another reason. */
    readonly meterStates: Topic<MeterState>
    readonly portStates: Topic<PortState>
}

/** The longest time that polling a silent meter takes, in ms: asked once, with a repetition, and with a patient repetition. */
const SINGLE_MS = 210
const REPEATED_MS = 700
const PATIENT_MS = 1600

/** Longest wait in a round for a meter to settle, in ms. */
const LONGEST_SETTLE_MS = 30000

/** Rounds in a row that must outlast their interval before it is reported: an upload or a command may delay one. */
const LATE_ROUNDS = 3

const TOO_SHORT = "a round is too short for all meters: increase pollSeconds"

/**
 * Owns the line: polls every meter in turn, once per interval, and publishes the readings.
 *
 * Meters that answered last time come first in a round. So a missing meter costs the others nothing as long as one
 * time-out fits into the interval besides their answers: at 9600 bit/s a PZEM takes 80 ms and a time-out 210 ms, which
 * leaves room for nine live meters and a dead one at one round a second.
 */
export class Poller<M = undefined> extends Actor<M> {
    protected readonly watches: MeterWatch[] = []
    private readonly portWatch: PortWatch
    /** When the latest round began: the time of all its readings, because they belong to one slot of the feeds. */
    protected begun!: number
    /** How far the offset may be off, in ms, if the clock was known before the first round; 0 after that round. */
    private uncertainty = 0
    private rounds = 0
    /** Rounds in a row that ended after the next one was due. */
    private late = 0

    /** @param offset wall time minus monotonic time in ms, if already known */
    constructor(
        private readonly client: ModbusClient,
        meters: Meter[],
        protected readonly pollMs: number,
        protected readonly topics: LineTopics,
        clock: Topic<ClockEstimate>,
        mailbox?: Mailbox<M>,
        private offset?: number,
    ) {
        super(mailbox)
        this.portWatch = new PortWatch(topics.portStates)
        this.listen(clock, this.setClock)
        this.dueAt = 0
        for (const meter of meters) {
            const watch = new MeterWatch(meter)
            this.watches.push(watch)
            this.dueAt = Math.max(this.dueAt, watch.believeFrom)
        }
        // The current slot may already have a reading from a predecessor of this actor.
        if (offset !== undefined) this.dueAt = Math.ceil((this.dueAt + offset) / pollMs) * pollMs - offset
    }

    protected override async tick() {
        await this.holdSlot()
    }

    /** Holds the round that is due, and schedules the next one. */
    protected async holdSlot() {
        const { pollMs, offset } = this
        const now = ds.millis()
        this.begun = now
        // While the clock is unknown, rounds keep their pace. Once it is known, the first one may lie anywhere in its slot.
        this.dueAt = nextRound(
            offset === undefined ? this.dueAt : now + this.uncertainty,
            now,
            pollMs,
            offset,
        )
        this.uncertainty = 0
        await this.hold(this.inOrder(this.watches), now, this.dueAt)
        if (ds.millis() < this.dueAt) this.late = 0
        else if (++this.late >= LATE_ROUNDS) warn("poller", TOO_SHORT)
        this.dueAt = nextRound(this.dueAt - pollMs, ds.millis(), pollMs, this.offset)
    }

    /**
     * Holds a round.
     * @param waiting meters to ask, in this order
     * @param begun time of the readings
     * @param end when the next round is due
     */
    protected async hold(waiting: MeterWatch[], begun: number, end: number) {
        const { portWatch } = this
        let failure = portWatch.obstacle()
        try {
            while (!failure && waiting.length > 0) {
                await this.ask(waiting[0], waiting.length, begun, end)
                waiting.shift()
            }
        } catch (e) {
            if (!(e instanceof PortError)) throw e
            failure = e
            portWatch.failed(e)
        }
        for (const watch of waiting) this.miss(watch, failure as PortError)
    }

    /**
     * The meters that take part in a round, in order. Those that answered last time come first, and among them those that have
     * waited longest, since a round may not have time for all.
     */
    protected inOrder(watches: MeterWatch[]): MeterWatch[] {
        const order: MeterWatch[] = []
        const last: MeterWatch[] = []
        for (const watch of watches) {
            if (!watch.takesPart()) continue
            if (watch.missed > 0) last.push(watch)
            else {
                let place = order.length
                while (place > 0 && order[place - 1].askedAt > watch.askedAt) place--
                order.insert(place, 1)
                order[place] = watch
            }
        }
        // The missing meters take turns at being first, since a round may not have room for all of them.
        for (let i = 0; i < last.length; i++) order.push(last[(this.rounds + i) % last.length])
        this.rounds++
        return order
    }

    /**
     * Asks a meter. Leaves it out if too little time remains before `end`, perhaps because a late answer may still come.
     * @param waiting how many meters are still to be asked, including this one
     */
    private async ask(watch: MeterWatch, waiting: number, begun: number, end: number) {
        const { client, topics, portWatch } = this
        const { meter } = watch
        const room = end - Math.max(ds.millis(), client.availableFrom(meter.address))
        if (room < SINGLE_MS) {
            // Samples can take turns without a loss.
            if (watch.missed === 0 && this.watches.includes(watch)) warn("poller", TOO_SHORT)
            return
        }
        watch.askedAt = ds.millis()
        let attempts = Attempts.Single
        if (waiting * REPEATED_MS <= room) attempts = Attempts.Repeated
        // A missing meter comes last, and gets a repetition like one that answers: its first request may be the one that
        // always gets lost.
        if (watch.missed > 0 && REPEATED_MS <= room)
            attempts = PATIENT_MS + (waiting - 1) * REPEATED_MS <= room ? Attempts.Patient : Attempts.Repeated
        try {
            const registers = await pollRegisters(client, meter, attempts)
            portWatch.worked()
            const settleMs = watch.answered()
            // Answers mean nothing while the meter settles after its start.
            if (settleMs > 0) {
                if (settleMs < LONGEST_SETTLE_MS && settleMs + PATIENT_MS < room) {
                    await ds.sleep(settleMs)
                    await this.ask(watch, waiting, begun, end)
                }
            } else {
                // An answer that came after its round, since the line was lent to others, gets the last slot before the next.
                let at = begun
                if (ds.millis() >= end) {
                    const { pollMs } = this
                    const next = nextRound(this.dueAt - pollMs, ds.millis(), pollMs, this.offset)
                    at = Math.max(at, Math.round(next - pollMs))
                }
                const reset = client.resets.indexOf(meter.address)
                if (reset >= 0) {
                    client.resets.insert(reset, -1)
                    watch.gate.restart(at)
                }
                const { passed, finding } = this.judge(watch, {
                    meter,
                    at,
                    values: decode(meter.profile, registers),
                })
                for (const reading of passed) topics.readings.publish(reading)
                if (finding) throw new ImplausibleReading(finding, hexWords(Buffer.concat(...registers)))
                if (watch.accepted()) topics.meterStates.publish(watch.state as MeterState)
            }
        } catch (e) {
            if (e instanceof PortError) throw e
            portWatch.worked()
            this.miss(watch, e as Error)
        }
        this.beat = ds.millis()
    }

    /** Decides what may be published of a meter's latest reading. */
    protected judge(watch: MeterWatch, reading: Reading): Judgement {
        return watch.gate.judge(reading)
    }

    private miss(watch: MeterWatch, error: Error) {
        const { topics } = this
        const changed = watch.failed(error)
        const { meter, missed } = watch
        topics.troubles.publish({ meter, error, missed })
        if (changed) topics.meterStates.publish(watch.state as MeterState)
    }

    private setClock({ offset, uncertainty }: ClockEstimate) {
        // The last round may lie anywhere in its slot, and a better estimate of the clock may put it into the next one.
        if (this.rounds === 0) this.uncertainty = uncertainty
        else if (this.offset === undefined)
            this.dueAt = nextRound(this.begun + uncertainty, ds.millis(), this.pollMs, offset)
        this.offset = offset
    }
}
