import * as ds from "@devicescript/core"
import { beforeEach, describe, expect, test } from "@devicescript/test"
import { LineReporter } from "../../../src/actors/console/line-reporter"
import type { LineTrouble, MeterState, PortState } from "../../../src/actors/poller/line-state"
import { type LogRecord, records } from "../../../src/device/log"
import { pzem016 } from "../../../src/generated/models/pzem-016"
import { Topic } from "../../../src/kernel/topic"
import { fieldAt } from "../../../src/line/meters/fields"
import { ImplausibleReading } from "../../../src/line/meters/implausible-reading"
import type { Meter } from "../../../src/line/meters/profile"
import { NoAnswer } from "../../../src/line/modbus/errors"
import { PortError } from "../../../src/line/ports/port"
import { pollException, pollReply, pollReplyOf2, readPoll } from "../line/frames"
import { rejection } from "../line/modbus/failure"

const pump: Meter = { name: "pump", profile: pzem016, address: 1 }
const DAMAGED = hex`01 04 14 08 91 08 07 00 00 11 29 00 00 1c a1 00 02 01 f6 00 61 00 00 68 26`
const NOT_ANSWERED = new NoAnswer(readPoll)

const failures = new Topic<Error>("failed exchanges")
const troubles = new Topic<LineTrouble>("line troubles")
const meterStates = new Topic<MeterState>("meter states")
const portStates = new Topic<PortState>("port states")
new LineReporter([pump], failures, troubles, meterStates, portStates)

let told: string[] = []
records.subscribe((record: LogRecord) => {
    told.push(record.source + ": " + record.text)
})

/** Log texts since the last call. */
function news(): string {
    const lines = told.join(" | ")
    told = []
    return lines
}

function meterIs(answering: boolean, cause: Error) {
    meterStates.publish({ meter: pump, answering, cause })
}

function portIs(works: boolean, cause: PortError) {
    portStates.publish({ works, cause })
}

describe("line reporter", () => {
    // Other tests of the same program may have logged something.
    beforeEach(() => {
        told = []
    })

    test("logs why a reply was rejected, with its bytes in hex", () => {
        failures.publish(rejection(readPoll, DAMAGED))
        const crc = "pump: CrcMismatch: address 1, function 4: CRC of the reply is wrong; received "
        expect(news()).toBe(crc + "0104 1408 9108 0700 0011 2900 001c a100 0201 f600 6100 0068 26")
        failures.publish(rejection(readPoll, pollReplyOf2))
        const foreign = "pump: ForeignAddress: address 1, function 4: answer from address 2; received "
        expect(news()).toBe(foreign + "0204 1408 9108 0700 0011 2900 001c a100 0201 f600 6100 003c c0")
        failures.publish(rejection(readPoll, pollException))
        const refusal = "pump: ExceptionReply: address 1, function 4: exception 2, illegal data address"
        expect(news()).toBe(refusal)
    })

    test("truncates a long reply and logs its length", () => {
        const noise = Buffer.alloc(100)
        noise.fillAt(0, 100, 0xfe)
        failures.publish(rejection(readPoll, noise))
        expect(news().endsWith("fefe fefe... (100 bytes)")).toBe(true)
    })

    test("logs nothing for a missing reply", () => {
        failures.publish(NOT_ANSWERED)
        expect(news()).toBe("")
    })

    test("folds repeated rejections until the meter answers again", async () => {
        for (let i = 0; i < 3; i++) failures.publish(rejection(readPoll, DAMAGED))
        expect(news()).toBe("")
        await ds.sleep(120000)
        meterIs(false, NOT_ANSWERED)
        news()
        meterIs(true, undefined)
        expect(news()).toBe("pump: CrcMismatch: repeated 3 times in 2 min | pump: answers again")
        failures.publish(rejection(readPoll, DAMAGED))
        expect(news().startsWith("pump: CrcMismatch: address 1")).toBe(true)
    })

    test("logs an implausible reading with its registers", () => {
        const finding = { field: fieldAt(pzem016, 0), value: 9000, limit: 2600, isJump: false }
        const registers = pollReply.slice(3, 23).toString("hex")
        const error = new ImplausibleReading(finding, registers)
        troubles.publish({ meter: pump, error, missed: 1 })
        const reason = "pump: ImplausibleReading: voltage 900.0 V is beyond 260.0, registers "
        expect(news()).toBe(reason + registers)
    })

    test("logs once that a meter has no readings and once that it answers again", () => {
        meterIs(false, NOT_ANSWERED)
        meterIs(false, rejection(readPoll, DAMAGED))
        expect(news()).toBe("pump: no readings: address 1, function 4: no answer")
        meterIs(true, undefined)
        meterIs(true, undefined)
        expect(news()).toBe("pump: answers again")
    })

    test("logs a failed port instead of each of its meters", () => {
        const cause = new PortError("uart", "the chip does not answer", "check its supply")
        portIs(false, cause)
        meterIs(false, cause)
        expect(news()).toBe("line: uart: the chip does not answer; check its supply")
        portIs(true, undefined)
        meterIs(true, undefined)
        expect(news()).toBe("line: works again")
    })
})
