import type { ModbusError } from "../../modbus/errors"

/** The protocol that a gateway speaks. */
export interface GatewayProtocol {
    /** Begins an exchange and forgets earlier ones. @returns the bytes for the gateway */
    begin(request: Buffer): Buffer

    /** Takes bytes from the gateway, split anywhere. */
    hear(bytes: Buffer): void

    /** The line's answer so far. */
    received(): Buffer

    /** Whether the gateway will send nothing more for this exchange. */
    isOver(): boolean

    /** The error for an exchange that brought no answer; `undefined` if the caller must judge by the received bytes. */
    complaint(): ModbusError | undefined
}
