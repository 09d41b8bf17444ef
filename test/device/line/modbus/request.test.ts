import { describe, expect, test } from "@devicescript/test"
import {
    calibrate,
    readRegisters,
    resetEnergy,
    writeSingleRegister,
} from "../../../../src/line/modbus/request"

function expectFrame(frame: Buffer, wanted: Buffer) {
    expect(frame.toString("hex")).toBe(wanted.toString("hex"))
}

// The expected frames come from pymodbus, the Eastron manual and the Tasmota source.
describe("request", () => {
    test("reads input registers", () => {
        expectFrame(readRegisters(1, 4, 0, 10), hex`01 04 00 00 00 0A 70 0D`)
        expectFrame(readRegisters(1, 4, 0, 9), hex`01 04 00 00 00 09 30 0C`)
        expectFrame(readRegisters(0xf8, 4, 0, 10), hex`F8 04 00 00 00 0A 64 64`)
        expectFrame(readRegisters(1, 4, 0, 8), hex`01 04 00 00 00 08 F1 CC`)
        expectFrame(readRegisters(1, 4, 0, 2), hex`01 04 00 00 00 02 71 CB`)
        expectFrame(readRegisters(1, 4, 0x46, 6), hex`01 04 00 46 00 06 91 DD`)
    })

    test("reads holding registers", () => {
        expectFrame(readRegisters(1, 3, 1, 2), hex`01 03 00 01 00 02 95 CB`)
    })

    test("writes a holding register", () => {
        expectFrame(writeSingleRegister(1, 1, 2300), hex`01 06 00 01 08 FC DF 8B`)
        expectFrame(writeSingleRegister(1, 2, 5), hex`01 06 00 02 00 05 E8 09`)
        expectFrame(writeSingleRegister(0xf8, 2, 1), hex`F8 06 00 02 00 01 FD A3`)
    })

    test("puts the high byte of register and value first", () => {
        expectFrame(writeSingleRegister(0x11, 0xf910, 0xabcd), hex`11 06 F9 10 AB CD 04 A6`)
    })

    test("resets the energy of a Peacefair meter with 4 bytes", () => {
        expectFrame(resetEnergy(1), hex`01 42 80 11`)
        expectFrame(resetEnergy(0xf8), hex`F8 42 C2 41`)
    })

    test("calibrates with the manual's password at the general address", () => {
        expectFrame(calibrate(), hex`F8 41 37 21 B7 78`)
    })
})
