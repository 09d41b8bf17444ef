import { notice, warn } from "../../device/log"
import type { Topic } from "../../kernel/topic"
import { hexWords } from "../../line/hex-words"
import { ImplausibleReading } from "../../line/meters/implausible-reading"
import type { Meter } from "../../line/meters/profile"
import { ExceptionReply, ModbusError } from "../../line/modbus/errors"
import { PortError } from "../../line/ports/port"
import type { LineTrouble, MeterState, PortState } from "../poller/line-state"

/** How many bytes of a rejected frame are shown; the log truncates long lines. */
const SHOWN_BYTES = 40

/**
 * Logs the state of the line: once when the port fails, once when a meter becomes unknown, and once when either is over. It
 * also logs rejected answers in hexadecimal; the log folds those rejected for the same cause.
 */
export class LineReporter {
    /** Meters that were reported as unknown. */
    private unknown: Meter[] = []
    private portFailed = false

    constructor(
        private readonly meters: Meter[],
        failures: Topic<Error>,
        troubles: Topic<LineTrouble>,
        meterStates: Topic<MeterState>,
        portStates: Topic<PortState>,
    ) {
        failures.subscribe(this.onFailure)
        troubles.subscribe(this.onTrouble)
        meterStates.subscribe(this.onMeterState)
        portStates.subscribe(this.onPortState)
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
            notice(meter.name, "answers again")
        } else if (cause && !told && !(cause instanceof PortError)) {
            this.unknown.push(meter)
            warn(meter.name, "no readings: " + cause.message)
        }
    }

    private onPortState(state: PortState) {
        const { cause } = state
        if (cause) warn("line", cause.message)
        else if (this.portFailed) notice("line", "works again")
        this.portFailed = !state.works
    }

    private reject(address: number, cause: string, text: string) {
        const meter = this.meters.find(m => m.address === address)
        const source = meter ? meter.name : "address " + address
        warn(source, cause + ": " + text, cause)
    }
}

function shown(bytes: Buffer): string {
    if (bytes.length <= SHOWN_BYTES) return hexWords(bytes)
    return hexWords(bytes.slice(0, SHOWN_BYTES)) + "... (" + bytes.length + " bytes)"
}
