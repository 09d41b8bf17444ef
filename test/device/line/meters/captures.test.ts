import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { pzem016 } from "../../../../src/generated/models/pzem-016"
import { decode } from "../../../../src/line/meters/decode"
import { check } from "../../../../src/line/meters/plausibility"
import type { Reading } from "../../../../src/line/meters/profile"
import { parseReply } from "../../../../src/line/modbus/reply"
import { readRegisters } from "../../../../src/line/modbus/request"
import { captures } from "./captures"

const POLL = readRegisters(1, 4, 0, 10)

describe("replies of real meters", () => {
    test("decode to the same values as with pymodbus", async () => {
        for (const capture of captures) {
            const values = decode(pzem016, [parseReply(POLL, capture.frame, false).data])
            expect(values.join(" ")).toBe(capture.values.join(" "))
            await ds.sleep(1)
        }
        expect(captures.length).toBe(33)
    })

    test("are plausible one after another", async () => {
        const meter = { name: "m", profile: pzem016, address: 1 }
        let previous: Reading
        for (const capture of captures) {
            const values = capture.values
            // the second meter in the file has a lower energy
            if (previous && values[3] < previous.values[3]) previous = undefined
            const reading = { meter, at: previous ? previous.at + 1000 : 0, values }
            expect(check(reading, previous)).toBe(undefined)
            previous = reading
            await ds.sleep(1)
        }
    })
})
