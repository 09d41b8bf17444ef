import type { ModbusError } from "../../modbus/errors"
import type { GatewayProtocol } from "./protocol"

/** Longest answer that is kept: twice a Modbus frame, so that an echo and noise have room. */
const BUFFER_SIZE = 512

/** A transparent gateway: the bytes of the line as they are, in whatever pieces. */
export class RtuOverTcp implements GatewayProtocol {
    private readonly bytes = Buffer.alloc(BUFFER_SIZE)
    private length = 0

    begin(request: Buffer): Buffer {
        this.length = 0
        return request
    }

    /** What does not fit is lost. */
    hear(bytes: Buffer): void {
        this.bytes.blitAt(this.length, bytes, 0, bytes.length)
        this.length = Math.min(this.length + bytes.length, BUFFER_SIZE)
    }

    received(): Buffer {
        return this.bytes.slice(0, this.length)
    }

    /** Such a gateway does not know what an exchange is. */
    isOver(): boolean {
        return false
    }

    complaint(): ModbusError | undefined {
        return undefined
    }
}
