import { describe, expect, test } from "@devicescript/test"
import { crc16 } from "../../../../src/line/modbus/crc16"
import { crcFits } from "../../../../src/line/modbus/frame"

describe("crc16", () => {
    test("matches the check value of CRC-16/MODBUS", () => {
        // reveng.sourceforge.io/crc-catalogue: check="123456789" gives 0x4b37
        expect(crc16(Buffer.from("123456789"), 0, 9)).toBe(0x4b37)
    })

    test("returns the initial value for no bytes", () => {
        expect(crc16(hex`01 02`, 1, 1)).toBe(0xffff)
    })

    test("covers only the given range", () => {
        expect(crc16(Buffer.from("..123456789."), 2, 11)).toBe(0x4b37)
    })

    test("comes low byte first, as in the frames of real meters", () => {
        // arendst/Tasmota issue #6050, and the Tasmota source
        const pzem = hex`01 04 14 08 C5 00 6C 00 00 00 F2 00 00 18 3D 00 00 01 F4 00 64 00 00 53 8E`
        expect(crcFits(pzem, 0, pzem.length)).toBe(true)
        expect(crcFits(hex`F8 06 00 02 00 01 FD A3`, 0, 8)).toBe(true)
        expect(crcFits(hex`F8 06 00 02 00 01 A3 FD`, 0, 8)).toBe(false)
    })
})
