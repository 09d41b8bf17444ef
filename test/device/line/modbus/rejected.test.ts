import { describe, expect, test } from "@devicescript/test"
import type {
    CrcMismatch,
    ForeignAddress,
    Truncated,
    WrongFunction,
    WrongLength,
} from "../../../../src/line/modbus/errors"
import { rejection } from "./failure"

const POLL = hex`01 04 00 00 00 0A 70 0D`
// arendst/Tasmota issue #6050
const REPLY = hex`01 04 14 08 C5 00 6C 00 00 00 F2 00 00 18 3D 00 00 01 F4 00 64 00 00 53 8E`

// Foreign frames come from pymodbus.
describe("reply rejection", () => {
    test("reports silence", () => {
        const error = rejection(POLL, hex``)
        expect(error.name).toBe("NoAnswer")
        expect(error.address).toBe(1)
        expect(error.message).toBe("address 1, function 4: no answer")
    })

    test("reports a lone echo", () => {
        expect(rejection(POLL, POLL).name).toBe("OnlyEcho")
        expect(rejection(POLL, hex`00`.concat(POLL)).name).toBe("OnlyEcho")
    })

    test("reports noise", () => {
        expect(rejection(POLL, hex`00 FF FF 80`).name).toBe("Garbled")
        expect(rejection(POLL, POLL.concat(hex`00`)).name).toBe("Garbled")
        expect(rejection(POLL, hex`00`).name).toBe("Garbled")
    })

    test("reports a truncated reply at every length", () => {
        for (let length = 1; length < REPLY.length; length++) {
            const error = rejection(POLL, REPLY.slice(0, length)) as Truncated
            expect(error.name).toBe("Truncated")
            expect(error.expectedLength).toBe(25)
            expect(error.actualLength).toBe(length)
            const behindEcho = rejection(POLL, POLL.concat(REPLY.slice(0, length))) as Truncated
            expect(behindEcho.name).toBe("Truncated")
            expect(behindEcho.actualLength).toBe(length)
        }
    })

    test("reports a wrong, swapped or zero CRC", () => {
        const error = rejection(POLL, REPLY.slice(0, 23).concat(hex`53 8F`)) as CrcMismatch
        expect(error.name).toBe("CrcMismatch")
        expect(error.computed).toBe(0x8e53)
        expect(error.carried).toBe(0x8f53)
        expect(rejection(POLL, REPLY.slice(0, 23).concat(hex`8E 53`)).name).toBe("CrcMismatch")
        expect(rejection(POLL, REPLY.slice(0, 23).concat(hex`00 00`)).name).toBe("CrcMismatch")
    })

    test("reports a reply from another meter", () => {
        const error = rejection(
            POLL,
            hex`02 04 14 08 91 08 07 00 00 11 29 00 00 1c a1 00 02 01 f6 00 61 00 00 3c c0`,
        ) as ForeignAddress
        expect(error.name).toBe("ForeignAddress")
        expect(error.replyAddress).toBe(2)
    })

    test("reports a reply to another function", () => {
        const error = rejection(POLL, hex`01 03 04 59 d8 00 01 a9 54`) as WrongFunction
        expect(error.name).toBe("WrongFunction")
        expect(error.replyFunction).toBe(3)
        expect(rejection(POLL, hex`01 06 00 02 00 05 E8 09`).name).toBe("WrongFunction")
        expect(rejection(POLL, hex`01 42 80 11`).name).toBe("WrongFunction")
    })

    test("reports a reply with the wrong number of registers", () => {
        const error = rejection(POLL, hex`01 04 04 08 91 08 07 ee 0b`) as WrongLength
        expect(error.name).toBe("WrongLength")
        expect(error.expectedCount).toBe(20)
        expect(error.actualCount).toBe(4)
    })

    test("keeps a copy of the received bytes", () => {
        const received = Buffer.from([0x00, 0xff, 0x80])
        const error = rejection(POLL, received)
        received[0] = 0x77
        expect(error.received.toString("hex")).toBe("00ff80")
        expect(error.request.toString("hex")).toBe(POLL.toString("hex"))
    })
})
