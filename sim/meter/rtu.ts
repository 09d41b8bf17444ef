/**
 * Modbus RTU as a slave sees it: a frame is address, function code, data, CRC.
 *
 * Sources: "MODBUS over Serial Line" V1.02 (framing, CRC) and "MODBUS Application Protocol" V1.1b3 (exceptions).
 */

/** Every slave takes such a request, none answers it. */
export const BROADCAST = 0

/** A frame whose CRC was right. */
export interface Request {
    readonly address: number
    readonly functionCode: number
    /** What stands between function code and CRC. */
    readonly data: Uint8Array
}

/** Modbus' own exception codes. */
export const ExceptionCode = {
    illegalFunction: 1,
    illegalDataAddress: 2,
    illegalDataValue: 3,
    slaveDeviceFailure: 4,
} as const

/** A slave refuses a request; its reply carries the code. */
export class ModbusException extends Error {
    constructor(readonly code: number) {
        super(`Modbus exception ${code}`)
        this.name = "ModbusException"
    }
}

/** CRC-16/MODBUS: polynomial 0xA001 (reflected), starts with 0xFFFF. Its low byte is sent first. */
export function crc16(bytes: Uint8Array): number {
    let crc = 0xffff
    for (const byte of bytes) {
        crc ^= byte
        for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1
    }
    return crc
}

/** Puts the CRC behind the bytes. */
export function withCrc(bytes: ArrayLike<number>): Uint8Array {
    const frame = new Uint8Array(bytes.length + 2)
    frame.set(bytes)
    const crc = crc16(frame.subarray(0, bytes.length))
    frame[bytes.length] = crc & 0xff
    frame[bytes.length + 1] = crc >>> 8
    return frame
}

/** @returns `undefined` for what a slave does not recognise as a frame: too short, or the CRC is wrong */
export function parseRequest(frame: Uint8Array): Request | undefined {
    if (frame.length < 4) return undefined
    const end = frame.length - 2
    const crc = frame[end]! | (frame[end + 1]! << 8)
    if (crc16(frame.subarray(0, end)) !== crc) return undefined
    return { address: frame[0]!, functionCode: frame[1]!, data: frame.slice(2, end) }
}

/** The good reply to a request. */
export function replyFrame({ address, functionCode }: Request, data: Uint8Array): Uint8Array {
    return withCrc([address, functionCode, ...data])
}

/** The bad reply to a request: function code with its highest bit set, and why. */
export function exceptionFrame({ address, functionCode }: Request, code: number): Uint8Array {
    return withCrc([address, functionCode | 0x80, code])
}

/** A register number and a second word behind it, as functions 0x03, 0x04 and 0x06 have them. */
export function twoWords(data: Uint8Array): [number, number] {
    return [(data[0]! << 8) | data[1]!, (data[2]! << 8) | data[3]!]
}

/** Most registers that one read may ask for. */
const MAX_READ = 125

/**
 * Data of the reply to function 0x03 or 0x04: byte count, then each register with its high byte first.
 *
 * @param registerAt the 16 bits of a register, or `undefined` where the slave has none
 * @throws ModbusException for a count outside 1 to 125, and for registers that do not exist
 */
export function readRegisters(
    start: number,
    count: number,
    registerAt: (register: number) => number | undefined,
): Uint8Array {
    if (count < 1 || count > MAX_READ) throw new ModbusException(ExceptionCode.illegalDataValue)
    const data = new Uint8Array(1 + 2 * count)
    data[0] = 2 * count
    for (let i = 0; i < count; i++) {
        const word = registerAt(start + i)
        if (word === undefined) throw new ModbusException(ExceptionCode.illegalDataAddress)
        data[1 + 2 * i] = word >>> 8
        data[2 + 2 * i] = word & 0xff
    }
    return data
}
