/**
 * Modbus RTU as a server sees it: a frame is address, function code, data, CRC.
 *
 * Sources: "MODBUS over Serial Line" V1.02 (framing, CRC) and "MODBUS Application Protocol" V1.1b3 (exceptions).
 */

/** Every server carries out a request to this address, and none answers it. */
export const BROADCAST = 0

/** A frame with a correct CRC. */
export interface Request {
    readonly address: number
    readonly functionCode: number
    /** The bytes between function code and CRC. */
    readonly data: Uint8Array
}

/** Exception codes of the Modbus specification. */
export const ExceptionCode = {
    illegalFunction: 1,
    illegalDataAddress: 2,
    illegalDataValue: 3,
    slaveDeviceFailure: 4,
} as const

/** A server refuses a request; its reply carries the code. */
export class ModbusException extends Error {
    constructor(readonly code: number) {
        super(`Modbus exception ${code}`)
        this.name = "ModbusException"
    }
}

/** CRC-16/MODBUS: polynomial 0xA001 (reflected), initial value 0xFFFF. Its low byte is sent first. */
export function crc16(bytes: Uint8Array): number {
    let crc = 0xffff
    for (const byte of bytes) {
        crc ^= byte
        for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1
    }
    return crc
}

/** Appends the CRC to the bytes. */
export function withCrc(bytes: ArrayLike<number>): Uint8Array {
    const frame = new Uint8Array(bytes.length + 2)
    frame.set(bytes)
    const crc = crc16(frame.subarray(0, bytes.length))
    frame[bytes.length] = crc & 0xff
    frame[bytes.length + 1] = crc >>> 8
    return frame
}

/** @returns `undefined` for anything that a server does not recognize as a frame: too short, or with a wrong CRC */
export function parseRequest(frame: Uint8Array): Request | undefined {
    if (frame.length < 4) return undefined
    const end = frame.length - 2
    const crc = frame[end]! | (frame[end + 1]! << 8)
    if (crc16(frame.subarray(0, end)) !== crc) return undefined
    return { address: frame[0]!, functionCode: frame[1]!, data: frame.slice(2, end) }
}

/** The normal reply to a request. */
export function replyFrame({ address, functionCode }: Request, data: Uint8Array): Uint8Array {
    return withCrc([address, functionCode, ...data])
}

/** The exception reply to a request: its function code with the highest bit set, and the exception code. */
export function exceptionFrame({ address, functionCode }: Request, code: number): Uint8Array {
    return withCrc([address, functionCode | 0x80, code])
}

/** A register number followed by a second word, as in functions 0x03, 0x04 and 0x06. */
export function twoWords(data: Uint8Array): [number, number] {
    return [(data[0]! << 8) | data[1]!, (data[2]! << 8) | data[3]!]
}

/** Most registers that one read can ask for. */
const MAX_READ = 125

/**
 * Data of the reply to function 0x03 or 0x04: byte count, then each register with its high byte first.
 *
 * @param registerAt the 16 bits of a register, or `undefined` if the server has no such register
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
