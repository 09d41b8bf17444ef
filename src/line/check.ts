import type { Master } from "./master"
import { type Meter, requestOf } from "./meters/profile"
import { ExceptionReply, ForeignAddress, ModbusError, NoAnswer, OnlyEcho } from "./modbus/errors"

/** What is to be said of a meter, or of a whole line. */
export enum Verdict {
    Fine = 0,
    /** Not one byte comes. */
    Silence = 1,
    /** The adapter hears itself, nobody answers. */
    OnlyEcho = 2,
    /** Answers come from somebody else only. */
    Foreign = 3,
    /** Bytes come, but not a single right frame. */
    Garbage = 4,
    /** Some answers are right, others are damaged. */
    Noise = 5,
    /** Some answers are right, others do not come. */
    Gaps = 6,
    /** It answers, and refuses. */
    Refusal = 7,
}

/** How often a meter is asked. */
const ASKED = 5

/**
 * Asks a meter five times for its readings, each time once.
 * @param next awaited before each time
 * @throws PortError
 */
export async function checkMeter(master: Master, meter: Meter, next: () => Promise<void>): Promise<Verdict> {
    let good = 0
    let damaged = 0
    let worst = Verdict.Fine
    for (let i = 0; i < ASKED; i++) {
        await next()
        try {
            await master.read(meter.address, requestOf(meter.profile, 0), false)
            good++
        } catch (e) {
            const verdict = verdictOn(e as Error)
            if (verdict === Verdict.Garbage) damaged++
            worst = Math.max(worst, verdict)
        }
    }
    if (good === ASKED) return Verdict.Fine
    if (good === 0) return worst
    return damaged > 0 ? Verdict.Noise : Verdict.Gaps
}

/** What is to be said of a line by the verdicts on its meters. */
export function lineVerdict(verdicts: Verdict[]): Verdict {
    let least = verdicts[0]
    let worst = verdicts[0]
    for (const verdict of verdicts) {
        least = Math.min(least, verdict)
        worst = Math.max(worst, verdict)
    }
    return least === Verdict.Fine ? Verdict.Fine : worst
}

/** The verdict in words, with the cure. */
export function verdictText(verdict: Verdict): string {
    switch (verdict) {
        case Verdict.Fine:
            return "answers every time"
        case Verdict.Silence:
            return "no byte comes: look at the power of the meter, its address, the speed, and swap A and B"
        case Verdict.OnlyEcho:
            return "only the echo of the request comes: the adapter works; look at the meter's power, address, A and B"
        case Verdict.Foreign:
            return "another address answers: run a scan, and compare with devicescript.json"
        case Verdict.Garbage:
            return "bytes come, but no right answer: look at the speed, and for two meters at one address"
        case Verdict.Noise:
            return "some answers are damaged: look at termination, bias, ground, and the length of the line"
        case Verdict.Gaps:
            return "some answers do not come: look at loose wires and the meter's supply"
        default:
            return "it answers, but refuses: look at the model in devicescript.json"
    }
}

function verdictOn(error: Error): Verdict {
    if (!(error instanceof ModbusError)) throw error
    if (error instanceof NoAnswer) return Verdict.Silence
    if (error instanceof OnlyEcho) return Verdict.OnlyEcho
    if (error instanceof ForeignAddress) return Verdict.Foreign
    if (error instanceof ExceptionReply) return Verdict.Refusal
    return Verdict.Garbage
}
