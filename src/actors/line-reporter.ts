import * as ds from "@devicescript/core"
import { Actor } from "../kernel/actor"
import { info, warn } from "../kernel/log"
import { Mailbox } from "../kernel/mailbox"
import type { Topic } from "../kernel/topic"
import { ImplausibleReading } from "../meters/implausible-reading"
import type { Meter } from "../meters/profile"
import { ExceptionReply, ModbusError } from "../modbus/errors"
import { PortError } from "../serial/port"
import type { LineTrouble, MeterState, PortState } from "./line-state"

/** Like ones that follow within this time are counted and told together, in ms. */
const FOLDED_MS = 600000

/** So many bytes of a rejected frame are shown; the log cuts long lines. */
const SHOWN_BYTES = 40

/** What was rejected for one reason from one meter. */
interface Rejections {
    readonly source: string
    readonly cause: string
    /** How many came since they were last told. */
    untold: number
    /** The latest, in words. */
    latest: string
    tellAt: number
}

/**
 * Tells the log about the line: once when the port fails, once when a meter becomes unknown, once when either is
 * over; and what was rejected, in hexadecimal, at once for the first of a kind and folded for those that follow.
 */
export class LineReporter extends Actor<undefined> {
    private rejections: Rejections[] = []
    /** Meters that were reported unknown. */
    private unknown: Meter[] = []
    private portFailed = false

    constructor(
        private readonly meters: Meter[],
        failures: Topic<Error>,
        troubles: Topic<LineTrouble>,
        meterStates: Topic<MeterState>,
        portStates: Topic<PortState>,
    ) {
        super("line reporter", new Mailbox<undefined>(1, "keep-latest"))
        this.listen(failures, this.onFailure)
        this.listen(troubles, this.onTrouble)
        this.listen(meterStates, this.onMeterState)
        this.listen(portStates, this.onPortState)
    }

    protected override nextDue(): number {
        let due: number
        for (const kind of this.rejections) if (due === undefined || kind.tellAt < due) due = kind.tellAt
        return due
    }

    protected override async tick() {
        const now = ds.millis()
        for (const kind of this.rejections.filter(k => k.tellAt <= now && k.untold > 0)) {
            warn(kind.source, kind.cause + " " + kind.untold + " times more, latest " + kind.latest)
            kind.untold = 0
            kind.tellAt = now + FOLDED_MS
        }
        this.rejections = this.rejections.filter(kind => kind.tellAt > now)
    }

    private onFailure(error: Error) {
        if (!(error instanceof ModbusError) || error.received.length === 0) return
        if (error instanceof ExceptionReply) this.reject(error.address, error.name, error.message)
        else this.reject(error.address, error.name, error.message + "; received " + shown(error.received))
    }

    private onTrouble(trouble: LineTrouble) {
        const { error, meter } = trouble
        if (error instanceof ImplausibleReading) this.reject(meter.address, error.name, error.message)
    }

    private onMeterState(state: MeterState) {
        const { meter, answering, cause } = state
        const told = this.unknown.indexOf(meter) >= 0
        if (answering && told) {
            this.unknown = this.unknown.filter(m => m !== meter)
            info(meter.name, "answers again")
        } else if (!answering && !told && !(cause instanceof PortError)) {
            this.unknown.push(meter)
            warn(meter.name, "is unknown: " + cause.message)
        }
    }

    private onPortState(state: PortState) {
        if (!state.works) warn("line", state.cause.message)
        else if (this.portFailed) info("line", "works again")
        this.portFailed = !state.works
    }

    private reject(address: number, cause: string, text: string) {
        const meter = this.meters.find(m => m.address === address)
        const source = meter ? meter.name : "address " + address
        const kind = this.rejections.find(k => k.source === source && k.cause === cause)
        if (kind) {
            kind.untold++
            kind.latest = text
            return
        }
        warn(source, cause + ": " + text)
        const tellAt = ds.millis() + FOLDED_MS
        this.rejections.push({ source, cause, untold: 0, latest: "", tellAt })
    }
}

function shown(bytes: Buffer): string {
    if (bytes.length <= SHOWN_BYTES) return bytes.toString("hex")
    return bytes.slice(0, SHOWN_BYTES).toString("hex") + "... (" + bytes.length + " bytes)"
}
