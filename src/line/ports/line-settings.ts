/** Format of the characters on a line, which have 8 data bits, and timing of its meters. */
export interface LineSettings {
    /** bit/s */
    readonly baud: number
    /** Omitted for none. */
    readonly parity?: "even" | "odd"
    readonly stopBits: 1 | 2
    /** How long to wait for a meter's reply to begin, in ms; 170 if omitted. Changes with the meter's late answers. */
    readonly timeoutMs?: number
    /** Rest after each answer of a meter, in ms; 0 if omitted. Changes when requests get lost because they came too soon. */
    readonly pauseMs?: number
}

/** Duration of one character in ms: start bit, data bits, parity bit, stop bits. */
export function characterMs({ baud, parity, stopBits }: LineSettings): number {
    return ((parity ? 10 : 9) + stopBits) * (1000 / baud)
}
