import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { replyComplete } from "../../../../src/line/modbus/reply"
import { rejection } from "./failure"

const POLL = hex`01 04 00 00 00 0A 70 0D`
// arendst/Tasmota issue #6050
const REPLY = hex`01 04 14 08 C5 00 6C 00 00 00 F2 00 00 18 3D 00 00 01 F4 00 64 00 00 53 8E`

/** XOR masks that make a byte wrong. */
const FLIPS = [0x01, 0x80, 0xff]

describe("one wrong byte", () => {
    test("makes the reply invalid at any position and with any value", async () => {
        const frame = REPLY.slice()
        let accepted = 0
        for (let at = 0; at < REPLY.length; at++) {
            for (let value = 0; value < 256; value++) {
                frame[at] = value
                if (replyComplete(POLL, frame, false)) accepted++
                if (value % 64 === 0) await ds.sleep(1)
            }
            frame[at] = REPLY[at]
            await ds.sleep(1)
        }
        // at each place only the right byte is accepted
        expect(accepted).toBe(25)
    })

    test("is reported as a CRC mismatch, or as garbled in the header", async () => {
        for (let at = 0; at < REPLY.length; at++) {
            for (const flip of FLIPS) {
                const frame = REPLY.slice()
                frame[at] = frame[at] ^ flip
                const name = rejection(POLL, frame).name
                // with a wrong address or function code it is no reply; with bit 7 of the code set it looks like a refusal
                const headless = at === 0 || (at === 1 && flip !== 0x80)
                expect(name).toBe(headless ? "Garbled" : "CrcMismatch")
            }
            await ds.sleep(1)
        }
    })
})
