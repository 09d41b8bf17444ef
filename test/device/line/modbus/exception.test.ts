import { describe, expect, test } from "@devicescript/test"
import { type ExceptionReply, exceptionName } from "../../../../src/line/modbus/errors"
import { replyComplete } from "../../../../src/line/modbus/reply"
import { readRegisters, resetEnergy, writeSingleRegister } from "../../../../src/line/modbus/request"
import { exceptions } from "./exceptions"
import { rejection } from "./failure"

function requestOf(functionCode: number): Buffer {
    if (functionCode === 3) return readRegisters(1, 3, 1, 2)
    if (functionCode === 4) return readRegisters(1, 4, 0, 10)
    if (functionCode === 6) return writeSingleRegister(1, 2, 5)
    return resetEnergy(1)
}

describe("exception reply", () => {
    test("carries its code and name for every function", () => {
        for (const vector of exceptions) {
            const { functionCode, code, frame } = vector
            const request = requestOf(functionCode)
            expect(replyComplete(request, frame, false)).toBe(true)
            const error = rejection(request, request.concat(frame), true) as ExceptionReply
            expect(error.name).toBe("ExceptionReply")
            expect(error.code).toBe(code)
            expect(error.message.includes(exceptionName(code))).toBe(true)
        }
        expect(exceptions.length).toBe(16)
    })

    test("is named as in the Modbus application protocol", () => {
        expect(exceptionName(1)).toBe("illegal function")
        expect(exceptionName(2)).toBe("illegal data address")
        expect(exceptionName(3)).toBe("illegal data value")
        expect(exceptionName(4)).toBe("server device failure")
        expect(exceptionName(5)).toBe("acknowledge")
        expect(exceptionName(6)).toBe("server device busy")
        expect(exceptionName(10)).toBe("gateway path unavailable")
        expect(exceptionName(11)).toBe("gateway target device failed to respond")
        expect(exceptionName(12)).toBe("unknown exception")
    })

    test("is rejected when it belongs to another function", () => {
        expect(rejection(readRegisters(1, 3, 1, 2), hex`01 84 02 c2 c1`).name).toBe("WrongFunction")
    })

    test("is rejected when its CRC is wrong", () => {
        expect(rejection(readRegisters(1, 4, 0, 10), hex`01 84 02 c2 c0`).name).toBe("CrcMismatch")
    })
})
