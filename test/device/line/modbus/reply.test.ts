import { describe, expect, test } from "@devicescript/test"
import { parseReply, replyComplete } from "../../../../src/line/modbus/reply"

const POLL = hex`01 04 00 00 00 0A 70 0D`
// 225.7 V 0.108 A 24.4 W 38 Wh 50.0 Hz 1.00: a real meter, ESPHome and Tasmota sources
const REPLY = hex`01 04 14 08 D1 00 6C 00 00 00 F4 00 00 00 26 00 00 01 F4 00 64 00 00 51 34`
const DATA = "08d1006c000000f400000026000001f400640000"
const NOISE = hex`00 FF 01 04 A7`

function expectData(request: Buffer, received: Buffer, offset: number, data: string) {
    const reply = parseReply(request, received, false)
    expect(reply.offset).toBe(offset)
    expect(reply.data.toString("hex")).toBe(data)
    expect(replyComplete(request, received, false)).toBe(true)
}

describe("reply to a read", () => {
    test("is accepted by itself", () => {
        expectData(POLL, REPLY, 0, DATA)
    })

    test("is found after the echo of the request", () => {
        expectData(POLL, POLL.concat(REPLY), 8, DATA)
    })

    test("is found before and after noise", () => {
        expectData(POLL, NOISE.concat(REPLY), 5, DATA)
        expectData(POLL, REPLY.concat(NOISE), 0, DATA)
        expectData(POLL, POLL.concat(NOISE).concat(REPLY).concat(NOISE), 13, DATA)
    })

    test("is found after a late reply from another meter", () => {
        const late = hex`02 04 14 08 91 08 07 00 00 11 29 00 00 1c a1 00 02 01 f6 00 61 00 00 3c c0`
        expectData(POLL, late.concat(REPLY), 25, DATA)
    })

    test("is found after a damaged copy of itself", () => {
        const damaged = REPLY.slice()
        damaged[10] = 0x55
        expectData(POLL, damaged.concat(REPLY), 25, DATA)
    })

    test("may carry any device address after a request to the general address", () => {
        const general = hex`F8 04 00 00 00 0A 64 64`
        expectData(general, REPLY, 0, DATA)
        const voltage = "08910807"
        expectData(hex`F8 04 00 00 00 02 65 A2`, hex`F8 04 04 08 91 08 07 87 04`, 0, voltage)
        expectData(hex`F8 04 00 00 00 02 65 A2`, hex`05 04 04 08 91 08 07 ab cb`, 0, voltage)
    })

    test("is accepted from a float meter", () => {
        // 230.2 V: Eastron SDM120 manual
        expectData(hex`01 04 00 00 00 02 71 CB`, hex`01 04 04 43 66 33 34 1B 38`, 0, "43663334")
    })

    test("is complete only with its last byte", () => {
        const line = NOISE.concat(POLL).concat(REPLY)
        for (let length = 0; length < line.length; length++) {
            expect(replyComplete(POLL, line.slice(0, length), false)).toBe(false)
        }
        expect(replyComplete(POLL, line, false)).toBe(true)
    })
})
