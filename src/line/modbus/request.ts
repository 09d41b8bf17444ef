import { crc16 } from "./crc16"
import { FunctionCode, GENERAL_ADDRESS } from "./frame"

/** Reads `count` registers, beginning with `start`. Function 0x03 reads holding registers, 0x04 input registers. */
export function readRegisters(address: number, functionCode: 3 | 4, start: number, count: number): Buffer {
    return registerFrame(address, functionCode, start, count)
}

/** Sets one holding register. A good reply repeats the request. */
export function writeSingleRegister(address: number, register: number, value: number): Buffer {
    return registerFrame(address, FunctionCode.WriteSingleRegister, register, value)
}

/** Sets the energy counter of a Peacefair meter to 0. A good reply repeats these 4 bytes. */
export function resetEnergy(address: number): Buffer {
    const frame = Buffer.alloc(4)
    frame[0] = address
    frame[1] = FunctionCode.ResetEnergy
    return sealed(frame)
}

/**
 * Calibrates a Peacefair meter, which answers after 3 to 4 s. For factory use: it needs reference conditions and
 * overwrites the factory calibration. No command of this program sends it.
 */
export function calibrate(): Buffer {
    const frame = Buffer.alloc(6)
    frame[0] = GENERAL_ADDRESS
    frame[1] = FunctionCode.Calibrate
    // password from the manual
    frame[2] = 0x37
    frame[3] = 0x21
    return sealed(frame)
}

/** The frame layout of reads and single writes: two big-endian words after address and function. */
function registerFrame(address: number, functionCode: number, register: number, word: number): Buffer {
    const frame = Buffer.alloc(8)
    frame[0] = address
    frame[1] = functionCode
    frame[2] = register >> 8
    frame[3] = register
    frame[4] = word >> 8
    frame[5] = word
    return sealed(frame)
}

/** Puts the CRC into the last two bytes, low byte first. */
function sealed(frame: Buffer): Buffer {
    const end = frame.length - 2
    const crc = crc16(frame, 0, end)
    frame[end] = crc
    frame[end + 1] = crc >> 8
    return frame
}
