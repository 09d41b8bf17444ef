import * as ds from "@devicescript/core"
import { Gate } from "../../line/meters/gate"
import type { Meter } from "../../line/meters/profile"
import { ExceptionReply, GATEWAY_CODES } from "../../line/modbus/errors"
import { PortError } from "../../line/ports/port"
import type { MeterState } from "./line-state"

/** Missed polls in a row after which a meter's value counts as unknown. */
export const UNKNOWN_AFTER = 2

/** What the poller knows about one meter: whether it answers, can be believed, and is worth asking this round. */
export class MeterWatch {
    /** Polls missed in a row. */
    missed = 0
    /** `undefined` until its first reading, or until it has missed too many polls. */
    state: MeterState | undefined = undefined
    /** `ds.millis()` from which its answers mean something. */
    believeFrom: number
    /** Polls in a row without a frame that only this meter can have sent. */
    private unheard = 0
    /** Whether it may have been without power. */
    silent = false
    /** `ds.millis()` when it was last asked. */
    askedAt = 0
    /** Whether to leave out the next round. */
    private resting = false

    constructor(
        readonly meter: Meter,
        readonly gate = new Gate(),
    ) {
        // The chip is often powered from the meter, so both have just started.
        this.believeFrom = ds.millis() + meter.profile.settleMs
    }

    /** Whether to ask it in this round. A silent meter is left out of every other round. */
    takesPart(): boolean {
        const { resting } = this
        this.resting = false
        return !resting
    }

    /**
     * Notes an answer.
     * @returns how long its answers still mean nothing, in ms, because after a silence it has probably just been switched
     * on; 0 or less if this answer can be used
     */
    answered(): number {
        const now = ds.millis()
        this.unheard = 0
        if (this.silent) {
            this.silent = false
            this.believeFrom = now + this.meter.profile.settleMs
        }
        return this.believeFrom - now
    }

    /**
     * Notes that a poll brought a usable reading.
     * @returns whether the {@link state} has changed
     */
    accepted(): boolean {
        this.missed = 0
        return this.enter(true, undefined)
    }

    /**
     * Notes that a poll brought nothing usable.
     * @returns whether the {@link state} has changed
     */
    failed(error: Error): boolean {
        this.missed++
        this.unheard = hasSpoken(error) ? 0 : this.unheard + 1
        if (isSilence(error) || this.unheard >= UNKNOWN_AFTER) this.silent = true
        if (this.missed < UNKNOWN_AFTER) return false
        // A meter that speaks costs the others no time, and a failed port has its own back-off.
        this.resting = this.silent && !(error instanceof PortError)
        return this.enter(false, error)
    }

    protected enter(answering: boolean, cause: Error | undefined): boolean {
        const { meter, state } = this
        if (state && state.answering === answering && state.cause?.name === cause?.name) return false
        this.state = { meter, answering, cause }
        return true
    }
}

/*
 * Most errors are told apart by their names here, which takes less room than their classes.
 */

/** Whether the meter itself has said something, and so has power. Bytes that are not a frame may come from anywhere. */
function hasSpoken(error: Error): boolean {
    if (error instanceof ExceptionReply) return error.code < GATEWAY_CODES
    return "ImplausibleReading, WrongFunction, WrongLength".includes(error.name)
}

/** Whether the meter has certainly said nothing, or could not have been heard. */
function isSilence(error: Error): boolean {
    return "NoAnswer, OnlyEcho, ForeignAddress, PortError".includes(error.name)
}
