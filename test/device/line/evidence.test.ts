import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { Evidence, evidenceIn } from "../../../src/line/evidence"
import { Garbled } from "../../../src/line/modbus/errors"
import { pollReply, readPoll } from "./frames"

function evidence(received: Buffer): Evidence {
    return evidenceIn(new Garbled(readPoll, received))
}

function inverted(bytes: Buffer): Buffer {
    const result = bytes.slice()
    for (let i = 0; i < result.length; i++) result[i] = ~result[i]
    return result
}

describe("evidence in a failed read", () => {
    test("recognizes a lost first byte, a lost last byte and inverted bytes despite noise", () => {
        const length = pollReply.length
        for (const noise of [hex``, hex`00`, hex`FF 80`]) {
            expect(evidence(noise.concat(pollReply.slice(1, length)))).toBe(Evidence.FrontCut)
            expect(evidence(noise.concat(pollReply.slice(0, length - 1)))).toBe(Evidence.EndCut)
            expect(evidence(noise.concat(inverted(pollReply)))).toBe(Evidence.Inverted)
        }
        expect(evidence(pollReply.slice(1, length).concat(hex`00`))).toBe(Evidence.FrontCut)
        expect(evidence(inverted(pollReply).concat(hex`FF`))).toBe(Evidence.Inverted)
    })

    test("is none when nothing arrives, two bytes are lost or one byte is damaged", () => {
        expect(evidence(hex``)).toBe(Evidence.None)
        expect(evidence(pollReply.slice(2, pollReply.length))).toBe(Evidence.None)
        expect(evidence(pollReply.slice(0, pollReply.length - 2))).toBe(Evidence.None)
        for (let at = 3; at < pollReply.length - 2; at++) {
            const damaged = pollReply.slice()
            damaged[at] ^= 0x10
            expect(evidence(damaged)).toBe(Evidence.None)
        }
    })

    test("is none in noise, or on a line that is stuck", async () => {
        let random = 1
        for (let length = 26; length < 106; length += 2) {
            const noise = Buffer.alloc(length)
            for (let i = 0; i < length; i++) {
                random = (random * 16807) % 2147483647
                noise[i] = random >> 16
            }
            expect(evidence(noise)).toBe(Evidence.None)
            await ds.sleep(1)
        }
        for (const level of [0x00, 0xff]) {
            const stuck = Buffer.alloc(40)
            stuck.fillAt(0, 40, level)
            expect(evidence(stuck)).toBe(Evidence.None)
        }
    })
})
