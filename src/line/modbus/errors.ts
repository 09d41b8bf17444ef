/**
 * An exchange did not bring the wanted reply. The bytes are kept as they were, for the log.
 *
 * One class for each cause; `name` is the class's name.
 */
export class ModbusError extends Error {
    /** Slave address that was asked. */
    readonly address: number
    /** All bytes that came back, a copy. */
    readonly received: Buffer

    /**
     * @param cause what happened, in words
     * @param request the frame that was sent
     * @param received what came back
     */
    constructor(
        cause: string,
        readonly request: Buffer,
        received: Buffer,
    ) {
        super("address " + request[0] + ", function " + request[1] + ": " + cause)
        this.address = request[0]
        this.received = received.slice()
    }
}

/** Not one byte came: the meter is off, at another address or baud, or the wires A and B are swapped. */
export class NoAnswer extends ModbusError {
    constructor(request: Buffer) {
        super("no answer", request, hex``)
    }
}

/** The line gave back the request and nothing else: the adapter hears itself, the meter does not answer. */
export class OnlyEcho extends ModbusError {
    constructor(request: Buffer, received: Buffer) {
        super("no answer, only the echo of the request", request, received)
    }
}

/** Bytes came that are no frame: noise, a wrong baud, or two meters that talk at once. */
export class Garbled extends ModbusError {
    constructor(request: Buffer, received: Buffer) {
        super(received.length + " bytes without a frame", request, received)
    }
}

/** A reply began and did not end. */
export class Truncated extends ModbusError {
    constructor(
        request: Buffer,
        received: Buffer,
        /** Bytes that the reply should have. */
        readonly expectedLength: number,
        /** Bytes of it that came. */
        readonly actualLength: number,
    ) {
        super("reply of " + expectedLength + " bytes ends after " + actualLength, request, received)
    }
}

/** A gateway answered under another transaction than was asked: too late, or it does not keep them. */
export class WrongTransaction extends ModbusError {
    constructor(
        request: Buffer,
        received: Buffer,
        /** Transaction of the request. */
        readonly asked: number,
        /** Transaction of the reply. */
        readonly answered: number,
    ) {
        super("the gateway answers transaction " + answered + " instead of " + asked, request, received)
    }
}

/** Bytes came from a gateway that are no Modbus TCP. */
export class NotModbusTcp extends ModbusError {
    constructor(request: Buffer, received: Buffer) {
        super("the gateway does not answer in Modbus TCP; try the mode rtu-over-tcp", request, received)
    }
}

/** A reply of the right shape with a wrong checksum. */
export class CrcMismatch extends ModbusError {
    constructor(
        request: Buffer,
        received: Buffer,
        /** CRC of the bytes that came. */
        readonly computed: number,
        /** CRC that the frame carries. */
        readonly carried: number,
    ) {
        super("CRC of the reply is wrong", request, received)
    }
}

/** A whole frame of somebody else: a late answer of another meter, or one at an address it should not have. */
export class ForeignAddress extends ModbusError {
    constructor(
        request: Buffer,
        received: Buffer,
        /** Slave address in the reply. */
        readonly replyAddress: number,
    ) {
        super("answer of address " + replyAddress, request, received)
    }
}

/** A whole frame of the right meter for another function: a late answer to an earlier request. */
export class WrongFunction extends ModbusError {
    constructor(
        request: Buffer,
        received: Buffer,
        /** Function code in the reply. */
        readonly replyFunction: number,
    ) {
        super("answer to function " + replyFunction, request, received)
    }
}

/** A whole frame with another number of registers than was asked for. */
export class WrongLength extends ModbusError {
    constructor(
        request: Buffer,
        received: Buffer,
        /** Byte count that was asked for. */
        readonly expectedCount: number,
        /** Byte count in the reply. */
        readonly actualCount: number,
    ) {
        super(actualCount + " data bytes instead of " + expectedCount, request, received)
    }
}

/** The reply to a write names another register or value than the request. */
export class WrongConfirmation extends ModbusError {
    constructor(request: Buffer, received: Buffer) {
        super("the meter confirms something else than was written", request, received)
    }
}

/** The meter, or a gateway on its behalf, refuses the request. */
export class ExceptionReply extends ModbusError {
    constructor(
        request: Buffer,
        received: Buffer,
        /** Exception code of the Modbus application protocol; Peacefair uses 1 to 4. From 10 on it is a gateway's. */
        readonly code: number,
    ) {
        super("exception " + code + ", " + exceptionName(code), request, received)
    }
}

/** The meter has begun, or is busy: it may answer when asked again (exception codes of the Modbus application protocol). */
export const ACKNOWLEDGE = 5
export const BUSY = 6
/** Codes from here on are a gateway's, about the unit that was asked: it has no way to it, or the unit is silent. */
export const GATEWAY_CODES = 10

/** What an exception code is called in the Modbus application protocol. */
export function exceptionName(code: number): string {
    switch (code) {
        case 1:
            return "illegal function"
        case 2:
            return "illegal data address"
        case 3:
            return "illegal data value"
        case 4:
            return "server device failure"
        case 5:
            return "acknowledge"
        case 6:
            return "server device busy"
        case 10:
            return "gateway path unavailable"
        case 11:
            return "gateway target device failed to respond"
        default:
            return "unknown exception"
    }
}
