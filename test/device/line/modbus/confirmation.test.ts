import { describe, expect, test } from "@devicescript/test"
import { parseReply, replyComplete } from "../../../../src/line/modbus/reply"
import { rejection } from "./failure"

const WRITE = hex`01 06 00 02 00 05 E8 09`
const RESET = hex`01 42 80 11`
const GENERAL_WRITE = hex`F8 06 00 02 00 05 FC 60`

describe("confirmation of a write", () => {
    test("is one copy of the request on a line without echo", () => {
        expect(parseReply(WRITE, WRITE, false).data.toString("hex")).toBe("00020005")
        expect(parseReply(RESET, RESET, false).data.length).toBe(0)
        expect(replyComplete(RESET, RESET, false)).toBe(true)
    })

    test("is the second copy on a line with echo", () => {
        expect(parseReply(WRITE, WRITE.concat(WRITE), true).offset).toBe(8)
        expect(parseReply(RESET, RESET.concat(hex`FF`).concat(RESET), true).offset).toBe(5)
        expect(replyComplete(WRITE, WRITE.concat(WRITE), true)).toBe(true)
    })

    test("is not the echo alone", () => {
        expect(replyComplete(WRITE, WRITE, true)).toBe(false)
        expect(rejection(WRITE, WRITE, true).name).toBe("OnlyEcho")
        expect(rejection(RESET, RESET, true).name).toBe("OnlyEcho")
    })

    test("is incomplete when half a reply follows the echo", () => {
        const error = rejection(WRITE, WRITE.concat(WRITE.slice(0, 5)), true)
        expect(error.name).toBe("Truncated")
    })

    test("is recognized at the general address by the device's own address", () => {
        const confirmed = hex`01 06 00 02 00 05 E8 09`
        expect(parseReply(GENERAL_WRITE, confirmed, true).offset).toBe(0)
        expect(parseReply(GENERAL_WRITE, GENERAL_WRITE.concat(confirmed), true).offset).toBe(8)
    })

    test("must repeat register and value", () => {
        // pymodbus: 2301 instead of 2300, and register 2 instead of 1
        for (const wrong of [hex`01 06 00 01 08 FD 1E 4B`, hex`01 06 00 02 08 FC 2F 8B`]) {
            const error = rejection(hex`01 06 00 01 08 FC DF 8B`, wrong)
            expect(error.name).toBe("WrongConfirmation")
        }
    })

    test("can be a refusal after the echo", () => {
        const error = rejection(RESET, RESET.concat(hex`01 C2 01 B0 A0`), true)
        expect(error.name).toBe("ExceptionReply")
    })
})
