import { lookUp } from "../../kernel/table"

/**
 * An exchange did not bring the expected reply. Keeps the raw bytes for the log.
 *
 * Each cause has its own subclass; `name` is the name of the class.
 */
export class ModbusError extends Error {
    /** Modbus address that was asked. */
    readonly address: number
    /** A copy of all bytes that came back. */
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

/** No byte came: the meter is off, at another address or baud rate, or the wires A and B are swapped. */
export class NoAnswer extends ModbusError {
    constructor(request: Buffer) {
        super("no answer", request, hex``)
    }
}

/** Only the request came back: the adapter hears itself, and the meter does not answer. */
export class OnlyEcho extends ModbusError {
    constructor(request: Buffer, received: Buffer) {
        super("no answer, only the echo of the request", request, received)
    }
}

/** The bytes contain no frame: noise, a wrong baud rate, or two meters talking at once. */
export class Garbled extends ModbusError {
    constructor(request: Buffer, received: Buffer) {
        super(received.length + " bytes without a valid frame", request, received)
    }
}

/** A reply began but is incomplete. */
export class Truncated extends ModbusError {
    constructor(
        request: Buffer,
        received: Buffer,
        /** Bytes that the reply should have. */
        readonly expectedLength: number,
        /** Bytes of the reply that came. */
        readonly actualLength: number,
    ) {
        super("reply of " + expectedLength + " bytes ends after " + actualLength, request, received)
    }
}

/** A gateway answered with the wrong transaction ID: the answer is late, or the gateway does not keep the IDs. */
export class WrongTransaction extends ModbusError {
    constructor(
        request: Buffer,
        received: Buffer,
        /** Transaction ID of the request. */
        readonly asked: number,
        /** Transaction ID of the reply. */
        readonly answered: number,
    ) {
        super("the gateway answers transaction " + answered + " instead of " + asked, request, received)
    }
}

/** A gateway sent bytes that are not Modbus TCP. */
export class NotModbusTcp extends ModbusError {
    constructor(request: Buffer, received: Buffer) {
        super("the gateway does not answer in Modbus TCP; try the mode rtu-over-tcp", request, received)
    }
}

/** A reply of the right shape has a wrong checksum. */
export class CrcMismatch extends ModbusError {
    constructor(
        request: Buffer,
        received: Buffer,
        /** CRC computed from the received bytes. */
        readonly computed: number,
        /** CRC that the frame carries. */
        readonly carried: number,
    ) {
        super("CRC of the reply is wrong", request, received)
    }
}

/** A complete frame from another address: a late answer of another meter, or a meter set to the wrong address. */
export class ForeignAddress extends ModbusError {
    constructor(
        request: Buffer,
        received: Buffer,
        /** Modbus address in the reply. */
        readonly replyAddress: number,
    ) {
        super("answer from address " + replyAddress, request, received)
    }
}

/** A complete frame from the right meter, but for another function: a late answer to an earlier request. */
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

/** A complete frame with a different number of registers than requested. */
export class WrongLength extends ModbusError {
    constructor(
        request: Buffer,
        received: Buffer,
        /** Byte count that was requested. */
        readonly expectedCount: number,
        /** Byte count in the reply. */
        readonly actualCount: number,
    ) {
        super(actualCount + " data bytes instead of " + expectedCount, request, received)
    }
}

/** The reply to a write names a different register or value than the request. */
export class WrongConfirmation extends ModbusError {
    constructor(request: Buffer, received: Buffer) {
        super("the meter confirms something other than what was written", request, received)
    }
}

/** The meter, or a gateway on its behalf, refuses the request. */
export class ExceptionReply extends ModbusError {
    constructor(
        request: Buffer,
        received: Buffer,
        /** Exception code of the Modbus application protocol. Peacefair uses 1 to 4; codes from 10 on come from gateways. */
        readonly code: number,
    ) {
        super("exception " + code + ", " + exceptionName(code), request, received)
    }
}

/** Exception codes of the Modbus application protocol: the meter has begun, or is busy. It may answer when asked again. */
export const ACKNOWLEDGE = 5
export const BUSY = 6
/** Codes from here on come from a gateway: it has no path to the unit, or the unit is silent. */
export const GATEWAY_CODES = 10

/** The names as a single string, which needs neither bytecode nor heap. */
const EXCEPTIONS = `
1: illegal function
2: illegal data address
3: illegal data value
4: server device failure
5: acknowledge
6: server device busy
10: gateway path unavailable
11: gateway target device failed to respond
`

/** Name of an exception code in the Modbus application protocol. */
export function exceptionName(code: number): string {
    return lookUp(EXCEPTIONS, "" + code) ?? "unknown exception"
}
