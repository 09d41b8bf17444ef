import type { ModbusError } from "../../modbus/errors"
import type { GatewayProtocol } from "./protocol"

/** Longest answer kept, in bytes: twice a Modbus frame, to leave room for an echo and noise. */
const BUFFER_SIZE = 512

/** A transparent gateway: it passes on the bytes of the line unchanged, split anywhere. */
export class RtuOverTcp implements GatewayProtocol {
    private readonly bytes = Buffer.alloc(BUFFER_SIZE)
    private length = 0

    begin(request: Buffer): Buffer {
        this.length = 0
        return request
    }

    /** Bytes that do not fit are lost. */
    hear(bytes: Buffer): void {
        this.bytes.blitAt(this.length, bytes, 0, bytes.length)
        this.length = Math.min(this.length + bytes.length, BUFFER_SIZE)
    }

    received(): Buffer {
        return this.bytes.slice(0, this.length)
    }

    /** Never: such a gateway does not know what an exchange is. */
    isOver(): boolean {
        return false
    }

    complaint(): ModbusError | undefined {
        return undefined
    }
}
