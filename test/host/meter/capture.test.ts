import { expect, test } from "vitest"
import { CaptureSyntaxError, parseCapture } from "../../../sim/meter/capture"
import { bytes } from "./asking"

test("reads time and bytes, and skips comments and empty lines", () => {
    const text =
        "# meter A\r\n\r\n16:43:29 01 04 02 08 91 7F 0C\n  16:43:30\t01 84 02 c2 c1   # an exception\n"
    expect(parseCapture(text, "a.txt")).toEqual([
        { time: "16:43:29", bytes: bytes("01 04 02 08 91 7F 0C"), line: 3 },
        { time: "16:43:30", bytes: bytes("01 84 02 C2 C1"), line: 4 },
    ])
})

test.each([
    ["12:00:00 01 04\n01 04 02 00 00", 2, "HH:MM:SS"],
    ["25:00:00 01 04", 1, "HH:MM:SS"],
    ["#\n12:00:00 01 4 02", 2, "two hexadecimal digits"],
    ["12:00:00 010402", 1, "two hexadecimal digits"],
    ["12:00:00 01 0G", 1, "two hexadecimal digits"],
    ["12:00:00", 1, "whole frame"],
    ["12:00:00 01", 1, "whole frame"],
    ["# nothing", 1, "add a line"],
])("reports the line and the fix: %j", (text, line, cure) => {
    const parse = () => parseCapture(text, "captures/b.txt")
    expect(parse).toThrow(CaptureSyntaxError)
    expect(parse).toThrow(`captures/b.txt:${line}: `)
    expect(parse).toThrow(cure)
})
