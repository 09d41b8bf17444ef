import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { replyComplete } from "../../../../src/line/modbus/reply"
import { rejection } from "./failure"

// The VM stops a program that runs 131072 steps without a pause, so a failure of these tests ends the program.

const POLL = hex`01 04 00 00 00 0A 70 0D`

/** 512 bytes of a pattern that the parser must look at closely. */
function babble(pattern: Buffer): Buffer {
    const bytes = Buffer.alloc(512)
    for (let at = 0; at < bytes.length; at += pattern.length) bytes.blitAt(at, pattern, 0, pattern.length)
    return bytes
}

const GENERAL_POLL = hex`F8 04 00 00 00 0A 64 64`

/** Parses the bytes as a port does and then as the client does, without a pause in between. */
async function expectName(request: Buffer, pattern: Buffer, name: string) {
    const received = babble(pattern)
    await ds.sleep(1)
    expect(replyComplete(request, received, true)).toBe(false)
    expect(rejection(request, received, true).name).toBe(name)
}

describe("reply parser on a babbling line", () => {
    test("rejects endless reply headers", async () => {
        await expectName(POLL, hex`01 04 14`, "CrcMismatch")
        await expectName(GENERAL_POLL, hex`04 04 14`, "CrcMismatch")
    })

    test("rejects endless frame beginnings", async () => {
        await expectName(POLL, hex`04 F8`, "Garbled")
        await expectName(POLL, hex`01 03`, "Garbled")
        await expectName(POLL, hex`01 42`, "Garbled")
    })

    test("rejects endless repeats of one byte", async () => {
        await expectName(POLL, hex`00`, "Garbled")
        await expectName(POLL, hex`FF`, "Garbled")
        await expectName(POLL, hex`01`, "Garbled")
        await expectName(POLL, hex`04`, "Garbled")
        await expectName(GENERAL_POLL, hex`04`, "CrcMismatch")
    })

    test("rejects endless near-echoes", async () => {
        await expectName(POLL, hex`01 04 00 00 00 0A 70`, "CrcMismatch")
        await expectName(hex`01 42 80 11`, hex`01 42 80`, "CrcMismatch")
    })

    test("rejects endless refusals", async () => {
        await expectName(POLL, hex`01 84`, "CrcMismatch")
    })
})
