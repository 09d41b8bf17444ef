import { crc16 } from "./crc16"

/** Function codes of the Modbus application protocol, and Peacefair's own. */
export enum FunctionCode {
    ReadHoldingRegisters = 0x03,
    ReadInputRegisters = 0x04,
    WriteSingleRegister = 0x06,
    /** Peacefair: calibration. */
    Calibrate = 0x41,
    /** Peacefair: sets the energy counter to 0. */
    ResetEnergy = 0x42,
}

/**
 * Peacefair's general address: whatever device is there answers, so there must be only one. Never the address of a
 * device. The answer may carry this byte or the device's own address.
 */
export const GENERAL_ADDRESS = 0xf8

/** Set in the function code of a reply that is an exception. */
export const EXCEPTION_BIT = 0x80

/** Bytes of an exception reply: address, function, code, CRC. */
export const EXCEPTION_LENGTH = 5

/** Bytes of the shortest frame: address, function, CRC. */
export const SHORTEST_FRAME = 4

/**
 * A reply is sought among so many of the received bytes, and checksums over so many are tried on them: no babble,
 * however adverse, shall take the VM past its limit of 131072 steps. A Modbus frame has 256 bytes at most.
 */
export const SEARCH_LIMIT = 264
export const CRC_LIMIT = 256

/** Whether a request only reads, so that repeating it does no harm. */
export function isRead(request: Buffer): boolean {
    return request[1] === FunctionCode.ReadHoldingRegisters || request[1] === FunctionCode.ReadInputRegisters
}

/** Bytes of the good reply to `request`. Writes are confirmed by a reply that repeats the request. */
export function replyLength(request: Buffer): number {
    return isRead(request) ? 5 + 2 * request[5] : request.length
}

/** Whether a reply with this slave address may answer `request`. */
export function mayAnswer(request: Buffer, address: number): boolean {
    if (request[0] === GENERAL_ADDRESS) return address >= 1 && address <= GENERAL_ADDRESS
    return address === request[0]
}

/** The CRC that a frame carries in the two bytes before `end`, low byte first. */
export function carriedCrc(bytes: Buffer, end: number): number {
    return bytes[end - 2] | (bytes[end - 1] << 8)
}

/** Whether the bytes from `start` to before `end` close with their own CRC. */
export function crcFits(bytes: Buffer, start: number, end: number): boolean {
    return crc16(bytes, start, end - 2) === carriedCrc(bytes, end)
}
