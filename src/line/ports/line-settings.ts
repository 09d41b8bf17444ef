/** What characters look like on a line, besides their 8 data bits. */
export interface LineSettings {
    /** bit/s */
    readonly baud: number
    readonly stopBits: 1 | 2
}
