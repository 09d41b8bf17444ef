import { Evidence, evidenceIn } from "./evidence"
import { decode } from "./meters/decode"
import { type Meter, type Profile, requestCount, requestOf } from "./meters/profile"
import { Cell, Flag, ROW } from "./meters/row"
import {
    ExceptionReply,
    ForeignAddress,
    GATEWAY_CODES,
    ModbusError,
    NoAnswer,
    NotModbusTcp,
    OnlyEcho,
    WrongTransaction,
} from "./modbus/errors"
import type { ModbusClient } from "./modbus-client"
import { Attempts, LATENCY_MS } from "./unit-pace"

/** Result of checking a meter, or a whole line. */
export enum Verdict {
    Fine = 0,
    /** Every answer is correct, but late. */
    Late = 1,
    /** No byte comes. */
    Silence = 2,
    /** The adapter hears itself, and nobody answers. */
    OnlyEcho = 3,
    /** Only other addresses answer. */
    Foreign = 4,
    /** The gateway reports that it cannot reach the meter. */
    Gateway = 5,
    /** The gateway answers with other transaction IDs, or not in Modbus TCP. */
    GatewayMode = 6,
    /** Bytes come, but not a single valid frame. */
    Garbage = 7,
    /** Answers lack their first byte. */
    FrontCut = 8,
    /** Answers lack their last byte. */
    EndCut = 9,
    /** Answers are inverted. */
    Inverted = 10,
    /** Some answers are correct, others damaged. */
    Noise = 11,
    /** Some answers are correct, others missing. */
    Gaps = 12,
    /** The meter answers, but refuses. */
    Refusal = 13,
    /** One request brings two answers, or two energy counters alternate. */
    TwoMeters = 14,
}

/** How many times a meter is asked. */
const ASKED = 5

/** How long to listen for a second answer after the first, and at most if the line does not fall silent, in ms. */
const SECOND_ANSWER_MS = 100
const SECOND_ANSWER_LIMIT_MS = 400

/** A second answer has at least so many bytes, and comes at least so often; less is noise, which the counters show. */
const SECOND_ANSWER_BYTES = 4
const SECOND_ANSWERS = 2

/**
 * Asks a meter for its readings five times, without retries and with a long time-out.
 * @param next awaited before each of the five
 * @throws PortError
 */
export async function checkMeter(
    client: ModbusClient,
    meter: Meter,
    next: () => Promise<void>,
): Promise<Verdict> {
    const { address, profile } = meter
    const counter = firstCounter(profile)
    let good = 0
    let damaged = 0
    let worst = Verdict.Fine
    let before = -Infinity
    let seconds = 0
    let alternates = false
    for (let i = 0; i < ASKED; i++) {
        await next()
        try {
            const registers: Buffer[] = []
            for (let k = 0; k < requestCount(profile); k++) {
                registers.push(await client.read(address, requestOf(profile, k), Attempts.Unhurried))
                const more = await client.port.drain(SECOND_ANSWER_MS, SECOND_ANSWER_LIMIT_MS)
                if (more >= SECOND_ANSWER_BYTES) seconds++
                client.counts.drainedBytes = client.counts.drainedBytes + more
            }
            const count = decode(profile, registers)[counter] as number
            if (count < before) alternates = true
            before = count
            good++
        } catch (e) {
            const verdict = verdictOn(e as Error)
            if (verdict >= Verdict.Garbage && verdict <= Verdict.Inverted) damaged++
            worst = Math.max(worst, verdict)
        }
    }
    if (seconds >= SECOND_ANSWERS || alternates) return Verdict.TwoMeters
    if (good === ASKED) return client.latencyOf(address) > LATENCY_MS ? Verdict.Late : Verdict.Fine
    if (good === 0) return worst
    return damaged > 0 ? Verdict.Noise : Verdict.Gaps
}

/** Index of a profile's first counter; the number of its fields if it has none. */
function firstCounter({ table }: Profile): number {
    let row = 0
    while (row < table.length && !(table[row + Cell.Format] & Flag.Counter)) row = row + ROW
    return row / ROW
}

/** Derives the verdict on a line from those on its meters. */
export function lineVerdict(verdicts: Verdict[]): Verdict {
    let least = verdicts[0]
    let worst = verdicts[0]
    for (const verdict of verdicts) {
        least = Math.min(least, verdict)
        worst = Math.max(worst, verdict)
    }
    return least <= Verdict.Late ? Verdict.Fine : worst
}

/** The verdict in words, with what to do about it. */
export function verdictText(verdict: Verdict): string {
    switch (verdict) {
        case Verdict.Fine:
            return "answers every time"
        case Verdict.Late:
            return "answers every time, but late; the program now waits longer, nothing to do"
        case Verdict.Silence:
            return "no answer at all: check the meter's power, its address, the speed, and swap A and B"
        case Verdict.OnlyEcho:
            return "only the echo of the request comes back: the adapter works; check the meter's power, address, A and B"
        case Verdict.Foreign:
            return "another address answers: run a scan, and compare with devicescript.json"
        case Verdict.Gateway:
            return "the gateway answers, but cannot reach the meter: check the gateway's serial settings, and the meter's address and wiring"
        case Verdict.GatewayMode:
            return "the gateway's answers do not fit the requests: try the other mode of the line in devicescript.json"
        case Verdict.Garbage:
            return "bytes arrive, but no valid answer: check speed and parity, and whether two meters share one address"
        case Verdict.FrontCut:
            return "answers lack their first byte: the adapter switches from sending to receiving too late; use one that switches by itself, or a DE pin"
        case Verdict.EndCut:
            return "answers lack their last byte: the adapter switches direction too soon; use one that switches by itself, or a DE pin"
        case Verdict.Inverted:
            return "answers are inverted: swap the wires A and B"
        case Verdict.Noise:
            return "some answers are damaged: check termination, bias, ground, and the length of the line"
        case Verdict.Gaps:
            return "some answers are missing: check for loose wires, and the meter's power supply"
        case Verdict.TwoMeters:
            return "two meters answer: disconnect one of them, and give the other a new address"
        default:
            return "it answers, but refuses the request: check the model in devicescript.json"
    }
}

function verdictOn(error: Error): Verdict {
    if (!(error instanceof ModbusError)) throw error
    if (error instanceof NoAnswer) return Verdict.Silence
    if (error instanceof OnlyEcho) return Verdict.OnlyEcho
    if (error instanceof ForeignAddress) return Verdict.Foreign
    if (error instanceof WrongTransaction || error instanceof NotModbusTcp) return Verdict.GatewayMode
    if (error instanceof ExceptionReply)
        return error.code >= GATEWAY_CODES ? Verdict.Gateway : Verdict.Refusal
    switch (evidenceIn(error)) {
        case Evidence.FrontCut:
            return Verdict.FrontCut
        case Evidence.EndCut:
            return Verdict.EndCut
        case Evidence.Inverted:
            return Verdict.Inverted
        default:
            return Verdict.Garbage
    }
}
