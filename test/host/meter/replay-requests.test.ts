import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { parseCapture } from "../../../sim/meter/capture"
import { ReplayMeter } from "../../../sim/meter/replay"
import { bytes, frame, hex } from "./asking"

// Frames from test/data/captures/pzem-ac-responses.txt (arendst/Tasmota issue #6050).
const ALL = "01 04 00 00 00 0A 70 0D"
const FIRST = "01 04 14 08 91 08 07 00 00 11 29 00 00 1C A1 00 02 01 F6 00 61 00 00 68 25"
const SECOND = "01 04 14 08 92 08 61 00 00 11 F8 00 00 1C A1 00 02 01 F6 00 62 00 00 2A CE"

/** One character at 9600 8N1, in ms. */
const CHARACTER = 10 / 9.6

function replay(...lines: string[]): ReplayMeter {
    return new ReplayMeter(parseCapture(lines.join("\n"), "test"))
}

test("replays one or more answers with the recorded delays, even over midnight", () => {
    const meter = replay(
        `23:59:59.980 > ${ALL}`,
        `00:00:00.280 < ${FIRST}`,
        `00:00:00.480 < ${SECOND}`,
        `00:00:01.000 > ${ALL}`,
        `00:00:01.001 < ${SECOND}`,
        `00:00:01.002 < ${FIRST}`,
    )
    const answer = meter.receive(bytes(ALL))!
    expect(hex(answer.bytes)).toBe(FIRST)
    expect(answer.latencyMs).toBeCloseTo(300 - 8 * CHARACTER, 6)
    expect(answer.more!.map(one => hex(one.bytes))).toEqual([SECOND])
    expect(answer.more![0]!.latencyMs).toBeCloseTo(500 - 8 * CHARACTER, 6)

    const hurried = meter.receive(bytes(ALL))!
    expect(hurried.latencyMs).toBe(0)
    expect(hurried.more![0]!.latencyMs).toBeCloseTo(25 * CHARACTER, 6)
})

test("leaves a request unanswered that had no answer in the recording", () => {
    const meter = replay(`> ${ALL}`, `< ${FIRST}`, `> ${ALL}`, `> ${ALL}`, `< ${SECOND}`)
    expect(hex(meter.receive(bytes(ALL))!.bytes)).toBe(FIRST)
    expect(meter.receive(bytes(ALL))).toBeUndefined()
    expect(hex(meter.receive(bytes(ALL))!.bytes)).toBe(SECOND)
    expect(meter.receive(bytes(ALL))).toBeUndefined()
    expect(meter.remaining).toBe(0)
})

test("treats + as a further answer in a recording without requests", () => {
    const meter = replay(`12:00:00.100 ${FIRST}`, `12:00:00.150 + ${SECOND}`, `12:00:01.100 ${SECOND}`)
    expect(meter.receive(bytes(ALL))!.more!.map(one => hex(one.bytes))).toEqual([SECOND])
    expect(meter.receive(bytes(ALL))!.more).toBeUndefined()
    expect(meter.remaining).toBe(0)
})

// arendst/Tasmota issue #18446; the owner's log has 235.440, 237.925 and 235.845 V.
const PHASES = [
    "> 01 04 00 00 00 02 71 CB",
    "< 01 04 04 43 6B 70 8B FA 7B",
    "> 01 04 00 02 00 02 D0 0B",
    "< 01 04 04 43 6D EC B8 33 6F",
    "> 01 04 00 04 00 02 30 0A",
    "< 01 04 04 43 6B D8 40 C4 2C",
]

test("combines separately recorded registers into one answer, once per full set", () => {
    const meter = replay(...PHASES, ...PHASES)
    const all = "01 04 0C 43 6B 70 8B 43 6D EC B8 43 6B D8 40"
    for (let round = 0; round < 2; round++) {
        const answer = meter.receive(frame("01 04 00 00 00 06"))!
        expect(hex(answer.bytes.slice(0, -2))).toBe(all)
    }
    expect(meter.receive(frame("01 04 00 00 00 06"))).toBeUndefined()
})

test("fills missing registers with 0 only if they are not wanted", () => {
    expect(replay(...PHASES).receive(frame("01 04 00 00 00 08"))).toBeUndefined()
    const meter = new ReplayMeter(parseCapture(PHASES.join("\n"), "test"), {
        wanted: (_address, _code, register) => register < 6,
    })
    expect(hex(meter.receive(frame("01 04 00 00 00 08"))!.bytes.slice(-6, -2))).toBe("00 00 00 00")
    expect(meter.receive(frame("01 04 00 06 00 02"))).toBeUndefined()
})

test("uses no registers from damaged answers", () => {
    const damaged = PHASES.with(3, "< 01 04 04 43 6D EC B8 33 6E")
    expect(replay(...damaged).receive(frame("01 04 00 00 00 06"))).toBeUndefined()
    const meter = replay(...damaged)
    expect(hex(meter.receive(bytes("01 04 00 02 00 02 D0 0B"))!.bytes)).toBe("01 04 04 43 6D EC B8 33 6E")
})

test("reads the example files in docs/replay.md", () => {
    const blocks = readFileSync("docs/replay.md", "utf8")
        .split("\n")
        .filter(line => line.startsWith("    ") && !line.includes("npm "))
    expect(parseCapture(blocks.join("\n"), "docs/replay.md").map(({ role }) => role)).toEqual([
        undefined,
        undefined,
        undefined,
        "more",
        "request",
        undefined,
        "request",
    ])
})
