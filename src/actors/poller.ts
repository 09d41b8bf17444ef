import * as ds from "@devicescript/core"
import { Actor } from "../kernel/actor"
import { debug } from "../kernel/log"
import { Mailbox } from "../kernel/mailbox"
import type { Topic } from "../kernel/topic"
import type { Master } from "../line/master"
import { pollRegisters } from "../line/poll"
import { decode } from "../meters/decode"
import { ImplausibleReading } from "../meters/implausible-reading"
import type { Meter, Reading } from "../meters/profile"
import { PortError } from "../serial/port"
import type { LineCommands } from "./line-commands"
import { PortWatch } from "./line-port-watch"
import type { LineRequest } from "./line-request"
import { nextRound } from "./line-rounds"
import type { LineTrouble, MeterState, PortState } from "./line-state"
import { MeterWatch } from "./meter-watch"
import type { ClockEstimate } from "./timekeeper"

/** What the poller says. */
export interface LineTopics {
    readonly readings: Topic<Reading>
    readonly troubles: Topic<LineTrouble>
    /** Told when a meter becomes known or unknown, or unknown for another reason. */
    readonly meterStates: Topic<MeterState>
    readonly portStates: Topic<PortState>
}

/** The longest that asking a silent meter takes, in ms: once, and with the repetition. */
const ASK_MS = 210
const PATIENT_ASK_MS = 700

/**
 * Owns the line: asks every meter in turn, once an interval, and publishes what they say. Between the rounds it
 * has commands carried out, and between the steps of a long command it holds the rounds.
 *
 * Meters that answered last time come first in a round. So one that is missing costs the others nothing as long as
 * one time-out fits into the interval beside their answers: at 9600 bit/s a PZEM takes 80 ms and a time-out 210 ms,
 * which is room for nine live ones and a dead one at one round a second.
 */
export class Poller extends Actor<LineRequest> {
    private readonly watches: MeterWatch[]
    private readonly portWatch = new PortWatch()
    /** When the round began: the time of all its readings, for they belong to one slot of the feeds. */
    private begun: number = undefined
    /** When the meters' answers begin to mean something. */
    private readonly settledAt: number
    /** Meters that were not asked yet in this round. */
    private waiting: MeterWatch[] = []
    /** Wall time minus monotonic time in ms; `undefined` until known. */
    private offset: number = undefined

    /** @param commands left out where nobody gives any, for they take a tenth of the heap */
    constructor(
        private readonly master: Master,
        meters: Meter[],
        private readonly pollMs: number,
        private readonly topics: LineTopics,
        clock: Topic<ClockEstimate>,
        private readonly commands?: LineCommands,
    ) {
        super(new Mailbox<LineRequest>(4, "drop-newest"))
        this.watches = meters.map(meter => new MeterWatch(meter, pollMs))
        this.listen(clock, this.setClock)
        if (commands) this.listen(commands.desk.requests, this.enqueue)
        let settleMs = 0
        for (const meter of meters) settleMs = Math.max(settleMs, meter.profile.settleMs)
        this.settledAt = ds.millis() + settleMs
        this.dueAt = this.settledAt
    }

    protected override async handle(request: LineRequest) {
        const restMs = this.settledAt - ds.millis()
        if (restMs > 0) await ds.sleep(restMs)
        await this.commands.carryOut(request, this.watches, this.giveWay)
    }

    protected override async tick() {
        const round = this.dueAt
        this.begun = ds.millis()
        const end = nextRound(round, this.begun, this.pollMs, this.offset)
        this.waiting = this.inOrder()
        try {
            const obstacle = this.portWatch.obstacle()
            if (obstacle) this.missAll(obstacle)
            while (this.waiting.length > 0) await this.ask(this.waiting.shift(), end)
        } catch (e) {
            if (!(e instanceof PortError)) throw e
            if (this.portWatch.failed(e)) this.topics.portStates.publish(this.portWatch.state)
            this.missAll(e)
        }
        this.dueAt = nextRound(round, ds.millis(), this.pollMs, this.offset)
    }

    /** The meters that take part in a round, those first that answered last time. */
    private inOrder(): MeterWatch[] {
        const taking = this.watches.filter(watch => watch.takesPart())
        const order = taking.filter(watch => watch.missed === 0)
        order.pushRange(taking.filter(watch => watch.missed > 0))
        return order
    }

    /** Asks a meter in the round before `end`, or leaves it out where its late answer may still come. */
    private async ask(watch: MeterWatch, end: number) {
        const begin = Math.max(ds.millis(), this.master.availableFrom(watch.meter.address))
        if (begin + ASK_MS > end) return
        const patience = (1 + this.waiting.length) * PATIENT_ASK_MS
        const repeat = !watch.isMissing() && begin + patience <= end
        try {
            await this.read(watch, repeat)
        } catch (e) {
            if (e instanceof PortError) {
                this.waiting.push(watch)
                throw e
            }
            this.portWorked()
            this.miss(watch, e as Error)
        }
        this.beat = ds.millis()
    }

    private async read(watch: MeterWatch, repeat: boolean) {
        const { meter, gate } = watch
        const registers = await pollRegisters(this.master, meter, repeat)
        this.portWorked()
        if (watch.answered() > 0) {
            debug("poller", () => meter.name + " has just come back, its answer is not used")
            return
        }
        const { passed, finding } = gate.judge({
            meter,
            at: this.begun,
            values: decode(meter.profile, registers),
        })
        for (const reading of passed) this.topics.readings.publish(reading)
        if (finding) throw new ImplausibleReading(finding, registers)
        if (watch.accepted()) this.topics.meterStates.publish(watch.state)
    }

    private portWorked() {
        if (this.portWatch.worked()) this.topics.portStates.publish(this.portWatch.state)
    }

    private missAll(error: PortError) {
        while (this.waiting.length > 0) this.miss(this.waiting.shift(), error)
    }

    private miss(watch: MeterWatch, error: Error) {
        const changed = watch.failed(error)
        const { meter, missed } = watch
        this.topics.troubles.publish({ meter, at: ds.millis(), error, missed })
        if (changed) this.topics.meterStates.publish(watch.state)
    }

    /** Between two steps of a command: holds the round that has become due. */
    private async giveWay() {
        this.beat = ds.millis()
        if (this.beat >= this.dueAt) await this.tick()
    }

    private enqueue(request: LineRequest) {
        if (this.mailbox.waiting.length < this.mailbox.capacity) this.mailbox.post(request)
        else this.commands.refuse(request, "the line is busy; ask later")
    }

    private setClock(estimate: ClockEstimate) {
        this.offset = estimate.offset
    }
}
