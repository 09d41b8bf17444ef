import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { MeterWatch } from "../../../src/actors/poller/meter-watch"
import { pzem016 } from "../../../src/generated/models/pzem-016"
import { fieldAt } from "../../../src/line/meters/fields"
import { ImplausibleReading } from "../../../src/line/meters/implausible-reading"
import {
    CrcMismatch,
    ExceptionReply,
    ForeignAddress,
    NoAnswer,
    OnlyEcho,
    WrongFunction,
    WrongLength,
} from "../../../src/line/modbus/errors"
import { PortError } from "../../../src/line/ports/port"
import { pollException, readPoll } from "../line/frames"

const METER = { name: "pump", profile: pzem016, address: 1 }
const silence = new NoAnswer(readPoll)
const refusal = new ExceptionReply(readPoll, pollException, 2)
const noise = new CrcMismatch(readPoll, hex`00`, 1, 2)

/** Rounds that are skipped before the meter is asked again. */
function pauseOf(watch: MeterWatch): number {
    let rounds = 0
    while (!watch.takesPart()) rounds++
    return rounds
}

describe("meter watch", () => {
    test("skips a silent meter every other round after its second missed poll", () => {
        const watch = new MeterWatch(METER)
        const pauses: number[] = []
        for (let i = 0; i < 10; i++) {
            watch.failed(silence)
            pauses.push(pauseOf(watch))
        }
        expect(pauses.join(" ")).toBe("0 1 1 1 1 1 1 1 1 1")
    })

    test("treats a gateway that cannot reach the meter as a silent meter", () => {
        const watch = new MeterWatch(METER)
        const lost = new ExceptionReply(readPoll, pollException, 10)
        for (let i = 0; i < 2; i++) watch.failed(lost)
        expect(watch.state.answering).toBe(false)
        expect(pauseOf(watch)).toBe(1)
    })

    test("does not skip a meter that answers with an exception", () => {
        const watch = new MeterWatch(METER)
        for (let i = 0; i < 5; i++) {
            watch.failed(refusal)
            expect(pauseOf(watch)).toBe(0)
        }
    })

    test("marks a meter unknown after two missed polls and known at the next reading", async () => {
        const watch = new MeterWatch(METER)
        expect(watch.accepted()).toBe(true)
        expect(watch.state.answering).toBe(true)
        expect(watch.accepted()).toBe(false)
        expect(watch.failed(silence)).toBe(false)
        expect(watch.failed(silence)).toBe(true)
        expect(watch.state.answering).toBe(false)
        expect(watch.state.cause).toBe(silence)
        expect(watch.failed(silence)).toBe(false)
        // A different cause is reported again.
        expect(watch.failed(refusal)).toBe(true)
        expect(watch.state.cause).toBe(refusal)
        expect(watch.accepted()).toBe(true)
        expect(watch.state.cause).toBe(undefined)
    })

    test("waits 5 s after power-up and after silence before it trusts a meter", async () => {
        const watch = new MeterWatch(METER)
        expect(watch.answered()).toBe(5000)
        await ds.sleep(5000)
        expect(watch.answered() <= 0).toBe(true)
        watch.failed(silence)
        expect(watch.answered()).toBe(5000)
        await ds.sleep(4990)
        expect(watch.answered() > 0).toBe(true)
        await ds.sleep(10)
        expect(watch.answered() <= 0).toBe(true)
    })

    test("suspects a power cut after repeated damaged replies, not after one or a refusal", async () => {
        const watch = new MeterWatch(METER)
        await ds.sleep(5000)
        watch.failed(refusal)
        watch.failed(refusal)
        expect(watch.answered() <= 0).toBe(true)
        watch.failed(noise)
        expect(watch.answered() <= 0).toBe(true)
        watch.failed(noise)
        watch.failed(noise)
        expect(watch.answered()).toBe(5000)
    })

    test("tells silence, speech and noise apart for every error", () => {
        const finding = { field: fieldAt(pzem016, 3), value: 3, limit: 4, isJump: true }
        const silences = [
            silence,
            new OnlyEcho(readPoll, readPoll),
            new ForeignAddress(readPoll, pollException, 2),
            new PortError("script", "unplugged", "plug it in"),
        ]
        const words = [
            refusal,
            new ImplausibleReading(finding, ""),
            new WrongFunction(readPoll, pollException, 3),
            new WrongLength(readPoll, pollException, 20, 4),
        ]
        for (const error of silences) {
            const watch = new MeterWatch(METER)
            watch.failed(error)
            expect(watch.silent).toBe(true)
        }
        for (const error of words) {
            const watch = new MeterWatch(METER)
            for (let i = 0; i < 5; i++) watch.failed(error)
            expect(watch.silent).toBe(false)
        }
        const watch = new MeterWatch(METER)
        watch.failed(noise)
        expect(watch.silent).toBe(false)
        watch.failed(noise)
        expect(watch.silent).toBe(true)
    })

    test("does not skip a meter because the port failed", () => {
        const watch = new MeterWatch(METER)
        const broken = new PortError("script", "unplugged", "plug it in")
        for (let i = 0; i < 5; i++) watch.failed(broken)
        expect(pauseOf(watch)).toBe(0)
        expect(watch.state.cause).toBe(broken)
    })
})
