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
 * Peacefair's general address: every device on the line answers it, so there must be only one. Never a device's own
 * address. The answer can carry this address or the device's own.
 */
export const GENERAL_ADDRESS = 0xf8

/** Set in the function code of an exception reply. */
export const EXCEPTION_BIT = 0x80

/** Length of an exception reply in bytes: address, function, code, CRC. */
export const EXCEPTION_LENGTH = 5

/** Length of the shortest frame in bytes: address, function, CRC. */
export const SHORTEST_FRAME = 4

/**
 * How many received bytes are searched for a reply, and how many bytes, summed over all attempts, go into checksums. Keeps
 * the VM below its limit of 131072 steps, whatever the line brings. A Modbus frame has at most 256 bytes.
 */
export const SEARCH_LIMIT = 264
export const CRC_LIMIT = 256

/** Whether a request only reads, so that repeating it does no harm. */
export function isRead(request: Buffer): boolean {
    return request[1] === FunctionCode.ReadHoldingRegisters || request[1] === FunctionCode.ReadInputRegisters
}

/** Length of a good reply to `request` in bytes. The reply to a write repeats the request. */
export function replyLength(request: Buffer): number {
    return isRead(request) ? 5 + 2 * request[5] : request.length
}

/** Whether a reply with this Modbus address can belong to `request`. */
export function mayAnswer(request: Buffer, address: number): boolean {
    if (request[0] === GENERAL_ADDRESS) return address >= 1 && address <= GENERAL_ADDRESS
    return address === request[0]
}

/** The CRC that a frame carries in the two bytes before `end`, low byte first. */
export function carriedCrc(bytes: Buffer, end: number): number {
    return bytes[end - 2] | (bytes[end - 1] << 8)
}

/** Whether the bytes from `start` up to, not including, `end` close with their own CRC. */
export function crcFits(bytes: Buffer, start: number, end: number): boolean {
    return crc16(bytes, start, end - 2) === carriedCrc(bytes, end)
}
