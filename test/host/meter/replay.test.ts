import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { parseCapture } from "../../../sim/meter/capture"
import { ReplayMeter } from "../../../sim/meter/replay"
import { bytes, frame, hex } from "./asking"

const CAPTURE = "test/data/captures/pzem-ac-responses.txt"

/** The recorded frames as text, read without our parser. */
const recorded = readFileSync(CAPTURE, "utf8")
    .split("\n")
    .filter(line => line !== "" && !line.startsWith("#"))
    .map(line => line.slice(9))

function replay(...lines: string[]): ReplayMeter {
    return new ReplayMeter(parseCapture(lines.map(line => `12:00:00 ${line}`).join("\n"), "test"))
}

test("answers polls with the recorded frames until none are left", () => {
    const meter = new ReplayMeter(parseCapture(readFileSync(CAPTURE, "utf8"), CAPTURE))
    expect(recorded).toHaveLength(33)
    expect(meter.remaining).toBe(33)
    for (const line of recorded) {
        expect(hex(meter.receive(bytes("01 04 00 00 00 0A 70 0D"))!.bytes)).toBe(line)
    }
    expect(meter.remaining).toBe(0)
    expect(meter.receive(bytes("01 04 00 00 00 0A 70 0D"))).toBeUndefined()
})

test("keeps a frame until the matching request", () => {
    const meter = replay("05 03 02 00 05 89 87", "07 84 02 22 C0")
    expect(meter.receive(frame("07 04 00 00 00 0A"))).toBeUndefined()
    expect(meter.receive(frame("05 04 00 02 00 01"))).toBeUndefined()
    expect(meter.receive(bytes("05 03 00 02 00 01 00 00"))).toBeUndefined()
    expect(meter.remaining).toBe(2)
    expect(hex(meter.receive(frame("05 03 00 02 00 01"))!.bytes)).toBe("05 03 02 00 05 89 87")
    expect(hex(meter.receive(frame("07 04 00 00 00 0A"))!.bytes)).toBe("07 84 02 22 C0")
})

test("replays a frame unchanged, even with a wrong CRC", () => {
    const meter = replay("01 04 02 08 91 00 00")
    expect(hex(meter.receive(frame("01 04 00 00 00 01"))!.bytes)).toBe("01 04 02 08 91 00 00")
})
