import { describe, expect, test } from "@devicescript/test"
import { sdm120 } from "../../../../src/generated/models/sdm120"
import { sdm230 } from "../../../../src/generated/models/sdm230"
import { decode } from "../../../../src/line/meters/decode"
import { check } from "../../../../src/line/meters/plausibility"
import { type Profile, requestOf } from "../../../../src/line/meters/profile"
import { f32 } from "../../../../src/line/meters/registers"
import { parseReply } from "../../../../src/line/modbus/reply"
import { readRegisters } from "../../../../src/line/modbus/request"
import { sdm120Replies, sdm230Reply, sdmValues } from "./sdm-replies"

function registersOf(profile: Profile, read: number, reply: Buffer): Buffer {
    const { functionCode, start, count } = requestOf(profile, read)
    return parseReply(readRegisters(1, functionCode, start, count), reply, false).data
}

describe("Eastron meters", () => {
    test("SDM120: decodes the manual's example of 230.2 V", () => {
        const reply = parseReply(hex`01 04 00 00 00 02 71 CB`, hex`01 04 04 43 66 33 34 1B 38`, false)
        expect(f32(reply.data, 0) > 230.19 && f32(reply.data, 0) < 230.21).toBe(true)
        expect(decode(sdm120, [reply.data])[0]).toBe(2302)
    })

    test("SDM120: decodes a poll of three reads", () => {
        const parts = sdm120Replies.map((reply, read) => registersOf(sdm120, read, reply))
        const values = decode(sdm120, parts)
        expect(values.join(" ")).toBe(sdmValues.join(" "))
        const meter = { name: "m", profile: sdm120, address: 1 }
        expect(check({ meter, at: 0, values })).toBe(undefined)
    })

    test("SDM230: decodes a poll of two reads", () => {
        const parts = [registersOf(sdm230, 0, sdm230Reply), registersOf(sdm230, 1, sdm120Replies[2])]
        expect(decode(sdm230, parts).join(" ")).toBe(sdmValues.join(" "))
    })

    test("leaves values unknown when their reply is missing", () => {
        const values = decode(sdm230, [registersOf(sdm230, 0, sdm230Reply)])
        expect(values[0]).toBe(sdmValues[0])
        expect(values[6]).toBe(undefined)
        expect(values[7]).toBe(undefined)
        expect(values.length).toBe(9)
    })
})
