import { describe, expect, test } from "@devicescript/test"
import { pzem016 } from "../../../src/generated/models/pzem-016"
import { checkMeter, lineVerdict, Verdict, verdictText } from "../../../src/line/check"
import { ModbusClient } from "../../../src/line/modbus-client"
import { pollException, pollReply, pollReplyAfterReset, pollReplyOf2, readPoll } from "./frames"
import { ScriptedPort } from "./scripted-port"

const LINE = { baud: 9600, stopBits: 1 as const }
const METER = { name: "heatpump", profile: pzem016, address: 1 }
const NOTHING = hex``
const NOISE = hex`00 FF 00`
/** Exception 11 with the CRC of modbus-serial. */
const TARGET_SILENT = hex`01 84 0b 02 c7`

async function verdictOn(outcomes: Buffer[]): Promise<Verdict> {
    const port = new ScriptedPort()
    for (const outcome of outcomes) port.expect(readPoll, outcome)
    const verdict = await checkMeter(new ModbusClient(port, LINE), METER, async () => {})
    port.finish()
    return verdict
}

function fiveTimes(outcome: Buffer): Buffer[] {
    return [outcome, outcome, outcome, outcome, outcome]
}

function inverted(bytes: Buffer): Buffer {
    const result = bytes.slice()
    for (let i = 0; i < result.length; i++) result[i] = ~result[i]
    return result
}

describe("line check", () => {
    test("distinguishes a good line, silence, echo, foreign replies, garbage and refusals", async () => {
        expect(await verdictOn(fiveTimes(pollReply))).toBe(Verdict.Fine)
        expect(await verdictOn(fiveTimes(NOTHING))).toBe(Verdict.Silence)
        expect(await verdictOn(fiveTimes(readPoll))).toBe(Verdict.OnlyEcho)
        expect(await verdictOn(fiveTimes(pollReplyOf2))).toBe(Verdict.Foreign)
        expect(await verdictOn(fiveTimes(NOISE))).toBe(Verdict.Garbage)
        expect(await verdictOn(fiveTimes(pollException))).toBe(Verdict.Refusal)
    })

    test("distinguishes occasional damaged replies from occasional missing ones", async () => {
        expect(await verdictOn([pollReply, NOISE, pollReply, NOTHING, pollReply])).toBe(Verdict.Noise)
        expect(await verdictOn([pollReply, pollReply, NOTHING, pollReply, pollReply])).toBe(Verdict.Gaps)
    })

    test("recognizes cut or inverted replies, a second meter and a gateway's missing target", async () => {
        const end = pollReply.length
        expect(await verdictOn(fiveTimes(pollReply.slice(1, end)))).toBe(Verdict.FrontCut)
        expect(await verdictOn(fiveTimes(pollReply.slice(0, end - 1)))).toBe(Verdict.EndCut)
        expect(await verdictOn(fiveTimes(inverted(pollReply)))).toBe(Verdict.Inverted)
        expect(await verdictOn(fiveTimes(TARGET_SILENT))).toBe(Verdict.Gateway)
        expect(await verdictOn(fiveTimes(pollReply.concat(pollReply)))).toBe(Verdict.TwoMeters)
        const glitch = pollReply.concat(hex`00`)
        expect(await verdictOn([pollReply, glitch, pollReply, glitch, pollReply])).toBe(Verdict.Fine)
        expect(await verdictOn([pollReply.concat(pollException), ...fiveTimes(pollReply).slice(1)])).toBe(
            Verdict.Fine,
        )
        const [older, newer] = [pollReplyAfterReset, pollReply]
        expect(await verdictOn([newer, older, newer, older, newer])).toBe(Verdict.TwoMeters)
    })

    test("has a different sentence for each verdict", () => {
        const texts: string[] = []
        for (let verdict = Verdict.Fine; verdict <= Verdict.TwoMeters; verdict++) {
            const text = verdictText(verdict)
            expect(texts.includes(text)).toBe(false)
            texts.push(text)
        }
        expect(verdictText(Verdict.Inverted)).toBe("answers are inverted: swap the wires A and B")
        expect(verdictText(Verdict.FrontCut).startsWith("answers lack their first byte")).toBe(true)
        expect(verdictText(Verdict.EndCut).startsWith("answers lack their last byte")).toBe(true)
        expect(verdictText(Verdict.TwoMeters).startsWith("two meters answer")).toBe(true)
        expect(verdictText(Verdict.Refusal).startsWith("it answers, but refuses")).toBe(true)
    })

    test("blames the line only when none of its meters is fine", () => {
        expect(lineVerdict([Verdict.Silence, Verdict.Fine])).toBe(Verdict.Fine)
        expect(lineVerdict([Verdict.Silence, Verdict.Silence])).toBe(Verdict.Silence)
        expect(lineVerdict([Verdict.Noise, Verdict.Silence])).toBe(Verdict.Noise)
    })
})
