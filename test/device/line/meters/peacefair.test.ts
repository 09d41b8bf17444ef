import { describe, expect, test } from "@devicescript/test"
import { pzem003 } from "../../../../src/generated/models/pzem-003"
import { pzem004tV3 } from "../../../../src/generated/models/pzem-004t-v3"
import { pzem014 } from "../../../../src/generated/models/pzem-014"
import { pzem016 } from "../../../../src/generated/models/pzem-016"
import { pzem017 } from "../../../../src/generated/models/pzem-017"
import { decode } from "../../../../src/line/meters/decode"
import { type Profile, requestOf } from "../../../../src/line/meters/profile"
import { parseReply } from "../../../../src/line/modbus/reply"
import { readRegisters } from "../../../../src/line/modbus/request"

function expectValues(profile: Profile, reply: Buffer, wanted: number[]) {
    const { functionCode, start, count } = requestOf(profile, 0)
    const request = readRegisters(1, functionCode, start, count)
    const values = decode(profile, [parseReply(request, reply, false).data])
    expect(values.join(" ")).toBe(wanted.join(" "))
}

describe("Peacefair meters", () => {
    test("AC: decodes replies from the manual and from real meters", () => {
        // the manual's example: 220.0 V 1.000 A 220.0 W 0 Wh 50.0 Hz 1.00
        const manual = hex`01 04 14 08 98 03 E8 00 00 08 98 00 00 00 00 00 00 01 F4 00 64 00 00 63 CE`
        // ESPHome and Tasmota sources: 225.7 V 0.108 A 24.4 W 38 Wh 50.0 Hz 1.00
        const esphome = hex`01 04 14 08 D1 00 6C 00 00 00 F4 00 00 00 26 00 00 01 F4 00 64 00 00 51 34`
        // a PZEM-016, arendst/Tasmota issue #6050: 224.4 V 0.108 A 24.1 W 6205 Wh 50.0 Hz 0.99
        const tasmota = hex`01 04 14 08 C4 00 6C 00 00 00 F1 00 00 18 3D 00 00 01 F4 00 63 00 00 DA 70`
        for (const profile of [pzem016, pzem014, pzem004tV3]) {
            expectValues(profile, manual, [2200, 1000, 2200, 0, 500, 100, 0])
            expectValues(profile, esphome, [2257, 108, 244, 38, 500, 100, 0])
            expectValues(profile, tasmota, [2244, 108, 241, 6205, 500, 99, 0])
        }
    })

    test("DC: decodes a reply from a real meter", () => {
        // ESPHome and Tasmota sources: 13.44 V 0.10 A 1.3 W 2 Wh
        const reply = hex`01 04 10 05 40 00 0A 00 0D 00 00 00 02 00 00 00 00 00 00 D6 29`
        expectValues(pzem017, reply, [1344, 10, 13, 2, 0, 0])
        expectValues(pzem003, reply, [1344, 10, 13, 2, 0, 0])
    })
})
