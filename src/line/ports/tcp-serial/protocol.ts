import type { ModbusError } from "../../modbus/errors"

/** How a gateway wants to be asked, and how it answers. */
export interface GatewayProtocol {
    /** Begins an exchange. What is left of earlier ones is forgotten. @returns the bytes for the gateway */
    begin(request: Buffer): Buffer

    /** Takes bytes from the gateway, cut anywhere. */
    hear(bytes: Buffer): void

    /** What the line has answered so far. */
    received(): Buffer

    /** Whether the gateway has said all that it will say about the exchange. */
    isOver(): boolean

    /** What is wrong with all that has come, when no answer has; `undefined` where the bytes themselves must tell. */
    complaint(): ModbusError | undefined
}
