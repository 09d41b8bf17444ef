import type { Transmission } from "./wire"

/** How characters stand on a serial line; they have 8 data bits. */
export interface LineSettings {
    /** bit/s */
    readonly baudRate: number
    /** Left out for none. */
    readonly parity?: "even" | "odd"
    readonly stopBits: 1 | 2
}

/** What a PZEM-016 speaks. */
export const DEFAULT_SETTINGS: LineSettings = { baudRate: 9600, stopBits: 1 }

/** Takes a listener off again. */
export type Unsubscribe = () => void

/** A serial line as its master has it: bytes go in and come out, and take their time. */
export interface SerialLine {
    /** What logs call it, for example `/dev/ttyUSB0`. */
    readonly name: string
    readonly settings: LineSettings

    /** Puts bytes on the line, behind those that are still waiting to go out. */
    send(bytes: Uint8Array): void

    /** Calls the listener with what the line brings, in the pieces in which a UART hands it over. */
    onData(listener: (bytes: Uint8Array) => void): Unsubscribe

    /**
     * Calls the listener with each transmission that the master hears, when it begins; a collision later changes its
     * bytes. A real line cannot tell.
     */
    onTransmission?(listener: (transmission: Transmission) => void): Unsubscribe

    /** Calls the listener when the line itself fails and will bring nothing more. */
    onLost(listener: (reason: Error) => void): Unsubscribe

    /** Ends it; nothing is brought any more. */
    close(): Promise<void>
}

/** Duration of one character in ms: start bit, 8 data bits, parity bit, stop bits. */
export function characterMs({ baudRate, parity, stopBits }: LineSettings): number {
    return (1000 * (1 + 8 + (parity ? 1 : 0) + stopBits)) / baudRate
}
