/** What characters look like on a line, besides their 8 data bits, and how patient one must be with its meters. */
export interface LineSettings {
    /** bit/s */
    readonly baud: number
    /** Left out for none. */
    readonly parity?: "even" | "odd"
    readonly stopBits: 1 | 2
    /** How long a meter may take before its reply begins, in ms; left out, 170, or as long as it has shown. */
    readonly timeoutMs?: number
    /** How long a meter is left alone after an answer, in ms; left out, 0, or what it has shown to need. */
    readonly pauseMs?: number
}

/** Duration of one character in ms: start bit, data bits, parity bit, stop bits. */
export function characterMs({ baud, parity, stopBits }: LineSettings): number {
    return ((parity ? 10 : 9) + stopBits) * (1000 / baud)
}
