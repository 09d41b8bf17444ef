import type { Transmission } from "./wire"

/** Format of the characters on a serial line; they have 8 data bits. */
export interface LineSettings {
    /** bit/s */
    readonly baudRate: number
    /** Left out for none. */
    readonly parity?: "even" | "odd"
    readonly stopBits: 1 | 2
}

/** The settings of a PZEM-016. */
export const DEFAULT_SETTINGS: LineSettings = { baudRate: 9600, stopBits: 1 }

/** Removes a listener. */
export type Unsubscribe = () => void

/** A serial line as its client sees it: bytes go out and come in, and take their time. */
export interface SerialLine {
    /** Its name in logs, for example `/dev/ttyUSB0`. */
    readonly name: string
    readonly settings: LineSettings

    /** Puts bytes on the line, after those that still wait to be sent. */
    send(bytes: Uint8Array): void

    /** Calls the listener with the bytes from the line, in the pieces that a UART delivers. */
    onData(listener: (bytes: Uint8Array) => void): Unsubscribe

    /**
     * Calls the listener with each transmission that the client hears, when it begins; a later collision changes its bytes.
     * A real line does not have this.
     */
    onTransmission?(listener: (transmission: Transmission) => void): Unsubscribe

    /** Calls the listener when the line itself fails and will deliver nothing more. */
    onLost(listener: (reason: Error) => void): Unsubscribe

    /** Closes the line; it delivers nothing more. */
    close(): Promise<void>
}

/** Duration of one character in ms: start bit, 8 data bits, parity bit, stop bits. */
export function characterMs({ baudRate, parity, stopBits }: LineSettings): number {
    return (1000 * (1 + 8 + (parity ? 1 : 0) + stopBits)) / baudRate
}
