import type { ModbusError } from "../../../../src/line/modbus/errors"
import { parseReply } from "../../../../src/line/modbus/reply"

/** The error with which {@link parseReply} rejects these bytes. */
export function rejection(request: Buffer, received: Buffer, echoes = false): ModbusError {
    try {
        parseReply(request, received, echoes)
    } catch (e) {
        return e as ModbusError
    }
    throw new Error("taken for a good reply: " + received.toString("hex"))
}
